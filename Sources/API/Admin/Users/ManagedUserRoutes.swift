import Hummingbird
import Platform

/// `/admin/users`: list, change role and status, end sessions.
struct ManagedUserRoutes: Sendable {
    let store: ManagedUserStore
    let administration: UserAdministration

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("admin/users", use: list)
            .get("admin/users/{id}", use: show)
            .put("admin/users/{id}", use: update)
            .post("admin/users/{id}/sessions/revoke", use: revokeSessions)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<ManagedUser> {
        try context.require(.admin)
        let page = try PageRequest(request)
        let filter = ManagedUserStore.Filter(
            role: try request.queryChoice("role", of: Role.self),
            status: try request.queryChoice("status", of: AccountStatus.self), search: request.query("search"))
        let (users, total) = try await store.page(filter, page)
        return Paged(users, page: page, total: total)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<ManagedUser> {
        try context.require(.admin)
        guard let user = try await store.user(try context.integerParameter("id")) else {
            throw Problem.notFound("user")
        }
        return Success(user)
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<ManagedUser> {
        let caller = try context.require(.admin)
        let id = try context.integerParameter("id")
        let change = try UserAdministration.Change(try await request.decodeJSON(ManagedUserRequest.self, context))
        let user = try await administration.update(id, change, by: caller, from: context.remoteAddress)
        return Success(user, message: "User updated successfully")
    }

    @Sendable private func revokeSessions(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<RevokedSessions> {
        let caller = try context.require(.admin)
        let count = try await administration.revokeSessions(
            of: try context.integerParameter("id"), by: caller, from: context.remoteAddress)
        return Success(RevokedSessions(revoked: count), message: "The user's sessions are ended")
    }
}

/// `data` of `POST /admin/users/:id/sessions/revoke`.
struct RevokedSessions: Encodable, Sendable {
    /// How many were alive.
    let revoked: Int
}
