package import Hummingbird
package import Platform

/// `/users/email` and `/auth/email`, below `/api/v1`.
package struct EmailRoutes: Sendable {
    private let accounts: Accounts

    package init(_ accounts: Accounts) { self.accounts = accounts }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .put("users/email", use: change)
            .post("auth/email/verify", use: verify)
            .post("auth/email/resend", use: resend)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Success<
        EmailChangeResponse
    > {
        let caller = try context.requireWriter()
        let body = try await request.decodeJSON(EmailChangeRequest.self, context)
        let isDone = try await accounts.changeEmail(body, of: caller, from: context.remoteAddress)
        let account = try await accounts.profile(of: caller)
        return Success(
            EmailChangeResponse(email: account.email, pending: isDone ? nil : body.email),
            message: isDone
                ? "E-mail address updated successfully"
                : "Open the links that were sent to both addresses to change yours")
    }

    @Sendable private func verify(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<EmailConfirmationResponse> {
        let outcome = try await accounts.confirmEmail(
            try await request.decodeJSON(EmailConfirmationRequest.self, context))
        let message =
            switch outcome {
            case .verified: "E-mail address confirmed"
            case .waiting: "Confirmed; the other address has to be confirmed, too"
            case .changed: "E-mail address updated successfully"
            }
        return Success(EmailConfirmationResponse(status: outcome), message: message)
    }

    @Sendable private func resend(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await accounts.resendVerification(to: try context.requireCaller(), from: context.remoteAddress)
        return Acknowledgement("A message is on its way to your address")
    }
}

/// `data` of `PUT /users/email`.
struct EmailChangeResponse: Encodable, Sendable {
    /// The address that counts now.
    let email: String
    /// The one that counts once both were confirmed.
    @Nullable var pending: String?

    init(email: String, pending: String?) {
        self.email = email
        _pending = Nullable(wrappedValue: pending)
    }
}

/// `data` of `POST /auth/email/verify`.
struct EmailConfirmationResponse: Encodable, Sendable {
    let status: EmailConfirmation
}
