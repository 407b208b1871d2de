package import Hummingbird
package import Platform
import Foundation

/// `/auth/tokens`, below `/api/v1`.
package struct TokenRoutes: Sendable {
    private let accounts: Accounts

    package init(_ accounts: Accounts) { self.accounts = accounts }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("auth/tokens", use: list)
            .post("auth/tokens", use: create)
            .delete("auth/tokens/{id}", use: end)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Success<[TokenObject]> {
        let caller = try context.requireCaller()
        return Success(try await accounts.tokens.list(accountID: caller.userID).map { TokenObject($0) })
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Success<TokenObject> {
        let caller = try context.requireWriter()
        let (token, entry) = try await accounts.makeToken(
            try await request.decodeJSON(TokenRequest.self, context), for: caller)
        return Success(
            TokenObject(entry, token: token), message: "Access token created; it is shown this once", status: .created)
    }

    @Sendable private func end(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await accounts.endToken(try context.integerParameter("id"), of: try context.requireCaller())
        return Acknowledgement("Access token deleted")
    }
}

/// A token in a response.
struct TokenObject: Encodable, Sendable {
    let id: Int
    let name: String
    let scopes: [TokenScope]
    /// In the answer that made it only; else left out.
    let token: String?
    let createdAt: Date
    @Nullable var lastUsedAt: Date?
    @Nullable var expiresAt: Date?

    init(_ entry: TokenStore.Entry, token: String? = nil) {
        id = entry.id
        name = entry.name
        scopes = entry.scopes
        self.token = token
        createdAt = entry.createdAt
        _lastUsedAt = Nullable(wrappedValue: entry.lastUsedAt)
        _expiresAt = Nullable(wrappedValue: entry.expiresAt)
    }
}
