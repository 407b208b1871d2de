package import Hummingbird
package import Platform

/// Registering, signing in and out, below `/api/v1`.
package struct AccountRoutes: Sendable {
    private let accounts: Accounts

    package init(_ accounts: Accounts) { self.accounts = accounts }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .post("auth/register", use: register)
            .post("auth/login", use: login)
            .post("auth/refresh", use: refresh)
            .post("auth/logout", use: logout)
    }

    @Sendable private func register(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<RegistrationResponse> {
        let body = try await request.decodeJSON(RegistrationRequest.self, context)
        return Success(
            try await accounts.register(body), message: "User registered successfully", status: .created)
    }

    @Sendable private func login(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<LoginResponse> {
        let body = try await request.decodeJSON(LoginRequest.self, context)
        let origin = SessionStore.Origin(
            userAgent: request.headers[.userAgent], address: context.remoteAddress)
        return Success(try await accounts.login(body, from: origin), message: "Login successful")
    }

    @Sendable private func refresh(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<RefreshResponse> {
        Success(try await accounts.refresh(try await request.decodeJSON(RefreshRequest.self, context)))
    }

    @Sendable private func logout(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await accounts.logout(try context.requireCaller())
        return Acknowledgement("Logout successful")
    }
}
