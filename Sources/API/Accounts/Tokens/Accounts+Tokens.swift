import HTTPTypes
package import Platform

extension Accounts {
    /// Makes a personal access token. Throws a ``Problem``: 400 with `fields`, 409 with too many alive.
    func makeToken(_ request: TokenRequest, for caller: Caller) async throws -> (token: String, TokenStore.Entry) {
        let wish = try TokenWish(request)
        let token = PersonalToken()
        // Only what clients of OpenSubsonic prove they have without sending it has to be recoverable.
        let sealed =
            wish.scopes.contains(.subsonic) ? try token.sealed(for: caller.userID, key: appPasswordKey) : nil
        let entry = try await tokens.insert(
            accountID: caller.userID, name: wish.name, scopes: wish.scopes, hash: token.hash, sealed: sealed,
            lifetimeSeconds: wish.lifetimeSeconds)
        guard let entry else {
            throw Problem(
                .conflict, code: "too_many_tokens",
                "You have \(TokenStore.maximumTokens) access tokens, the most there can be: delete one first.")
        }
        return (token.text, entry)
    }

    /// Ends a token of the caller's, on every node; 404 when there is none.
    func endToken(_ id: Int, of caller: Caller) async throws {
        guard try await tokens.end(id, accountID: caller.userID) else { throw Problem.notFound("access token") }
        await events.publish(Event(.tokenEnded, userID: caller.userID, id: id))
    }

    /// An app password, for clients that show a digest of it instead of itself.
    package struct AppPassword: Sendable {
        package let userID: Int
        package let credential: Credential
        package let text: String
    }

    /// The app passwords of the account of this name, in whatever case; none for an unknown one.
    package func appPasswords(username: String) async throws -> [AppPassword] {
        try await tokens.sealed(username: username).compactMap { sealed in
            PersonalToken(sealed: sealed.bytes, for: sealed.accountID, key: appPasswordKey).map {
                AppPassword(userID: sealed.accountID, credential: .token(sealed.id), text: $0.text)
            }
        }
    }
}

/// Body of `POST /auth/tokens`.
struct TokenRequest: Decodable, Sendable {
    var name: String?
    var scopes: [String]?
    /// Such as `30d`; without it the token does not expire.
    var expiresIn: String?
}

/// What such a body asks for.
struct TokenWish: Sendable {
    private static let maximumLifetimeSeconds = 10 * 365 * 86_400

    let name: String
    let scopes: [TokenScope]
    let lifetimeSeconds: Int?

    /// Throws 400 with `fields`.
    init(_ request: TokenRequest) throws(Problem) {
        var faults: [String: String] = [:]
        name = request.name?.trimmingWhitespace() ?? ""
        if !(1...100).contains(name.unicodeScalars.count) { faults["name"] = "must have 1 to 100 characters" }
        let known = Set((request.scopes ?? []).compactMap { TokenScope(rawValue: $0) })
        if known.isEmpty || (request.scopes ?? []).contains(where: { TokenScope(rawValue: $0) == nil }) {
            let all = TokenScope.allCases.map(\.rawValue).joined(separator: ", ")
            faults["scopes"] = "must name one or more of \(all)"
        }
        scopes = known.sorted()
        lifetimeSeconds = request.expiresIn.flatMap { DurationText.seconds($0) }
        if request.expiresIn != nil, lifetimeSeconds.map({ $0 > Self.maximumLifetimeSeconds }) ?? true {
            faults["expires_in"] = "must be a duration such as 24h or 30d, at most 3650d"
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}
