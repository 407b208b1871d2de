package import Hummingbird
package import Platform

/// `/users/password`, `/auth/password` and an administrator's link, below `/api/v1`.
package struct PasswordRoutes: Sendable {
    private let accounts: Accounts

    package init(_ accounts: Accounts) { self.accounts = accounts }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .put("users/password", use: change)
            .post("auth/password/forgot", use: forgot)
            .post("auth/password/reset", use: reset)
            .post("admin/users/{id}/password-reset", use: makeLink)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireCaller()
        try await accounts.changePassword(
            try await request.decodeJSON(PasswordChangeRequest.self, context), of: caller, from: context.remoteAddress)
        return Acknowledgement("Password updated successfully")
    }

    @Sendable private func forgot(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let body = try await request.decodeJSON(ForgottenPasswordRequest.self, context)
        try accounts.forgotPassword(body, from: context.remoteAddress)
        return Acknowledgement("If the address belongs to an account, a link to set a new password is on its way to it")
    }

    @Sendable private func reset(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await accounts.resetPassword(try await request.decodeJSON(PasswordResetRequest.self, context))
        return Acknowledgement("Password updated successfully; sign in with the new one")
    }

    @Sendable private func makeLink(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<Accounts.ResetLink> {
        let administrator = try context.require(.admin)
        let link = try await accounts.makeResetLink(
            for: try context.accountParameter("id"), by: administrator, from: context.remoteAddress)
        return Success(link, message: "Link created; it works once", status: .created)
    }
}
