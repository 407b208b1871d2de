package import Hummingbird
package import Platform
import Foundation

/// `/auth/sessions` and `/auth/logout-all`, below `/api/v1`.
package struct SessionRoutes: Sendable {
    private let accounts: Accounts

    package init(_ accounts: Accounts) { self.accounts = accounts }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("auth/sessions", use: list)
            .delete("auth/sessions/{id}", use: end)
            .post("auth/logout-all", use: endAll)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Success<[SessionObject]> {
        let caller = try context.requireCaller()
        return Success(
            try await accounts.sessions.list(accountID: caller.userID).map { SessionObject($0, seenBy: caller) })
    }

    @Sendable private func end(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await accounts.endSession(try context.integerParameter("id"), of: try context.requireCaller())
        return Acknowledgement("Session ended")
    }

    @Sendable private func endAll(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await accounts.endSessions(of: try context.requireCaller().userID)
        return Acknowledgement("Signed out everywhere")
    }
}

/// A session in a response.
struct SessionObject: Encodable, Sendable {
    let id: Int
    /// Whether it is the one that asks.
    let current: Bool
    @Nullable var userAgent: String?
    @Nullable var address: String?
    let createdAt: Date
    let lastUsedAt: Date
    let expiresAt: Date

    init(_ entry: SessionStore.Entry, seenBy caller: Caller) {
        id = entry.id
        current = caller.credential == .session(entry.id)
        _userAgent = Nullable(wrappedValue: entry.userAgent)
        _address = Nullable(wrappedValue: entry.address)
        createdAt = entry.createdAt
        lastUsedAt = entry.lastUsedAt
        expiresAt = entry.expiresAt
    }
}
