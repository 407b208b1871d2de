package import Crypto
package import Logging
package import Platform
package import Postgres

/// Accounts and their sessions: registering, signing in and out, and telling who shows a token.
package struct Accounts: Sendable {
    /// What an operator decides about accounts.
    package struct Policy: Sendable {
        package let registration: Settings.Registration
        /// Life of a refresh token.
        package let refreshLifetimeSeconds: Int

        package init(registration: Settings.Registration, refreshLifetimeSeconds: Int) {
            self.registration = registration
            self.refreshLifetimeSeconds = refreshLifetimeSeconds
        }
    }

    let store: AccountStore
    let sessions: SessionStore
    let events: EventBus
    let accessTokens: AccessTokens
    let refreshKey: SymmetricKey
    let policy: Policy
    let hasher: PasswordHasher
    var limits: SignInLimits
    let logger: Logger

    /// - Parameters:
    ///   - database: holds `users` and `sessions`.
    ///   - events: told of sessions that end.
    ///   - accessTokens: signs and verifies access tokens.
    ///   - refreshKey: what refresh tokens are derived with; the same on every node, and of no other use.
    ///   - hasher: closed by whoever made it.
    package init(
        database: any Queryable, events: EventBus, accessTokens: AccessTokens, refreshKey: SymmetricKey,
        policy: Policy, hasher: PasswordHasher, logger: Logger
    ) {
        store = AccountStore(database)
        sessions = SessionStore(database)
        self.events = events
        self.accessTokens = accessTokens
        self.refreshKey = refreshKey
        self.policy = policy
        self.hasher = hasher
        limits = SignInLimits()
        self.logger = logger
    }

    /// Makes an account of the role `user`. Throws a ``Problem``: 400 with `fields`, 403 where nobody may register,
    /// 409 for a name or address that is taken, 503 while too many passwords wait.
    func register(_ request: RegistrationRequest) async throws -> RegistrationResponse {
        switch policy.registration {
        case .open: break
        case .invite: throw Problem.registrationByInvitation
        case .closed: throw Problem.registrationClosed
        }
        let problems = AccountRules.problems(
            username: request.username, email: request.email, password: request.password)
        guard problems.isEmpty, let username = request.username, let email = request.email,
            let password = request.password
        else { throw Problem.invalid(problems) }
        let hash = try await hashing { () async throws(PasswordError) in try await hasher.hash(password) }
        do {
            let id = try await store.insert(username: username, email: email, passwordHash: hash, role: .user)
            return RegistrationResponse(userID: id, username: username, email: email)
        } catch {
            throw Problem.duplicateAccount(error) ?? error
        }
    }

    /// The caller's own account.
    func profile(of caller: Caller) async throws -> ProfileResponse {
        guard let account = try await store.account(id: caller.userID) else { throw Problem.unauthorized }
        return ProfileResponse(account)
    }

    /// Removes sessions that expired long ago; for whoever runs periodic duties.
    package func purge() async throws { try await sessions.purge() }

    /// Password work, its errors made a client's.
    func hashing<Value>(_ work: () async throws(PasswordError) -> Value) async throws(Problem) -> Value {
        do {
            return try await work()
        } catch {
            throw Problem(error)
        }
    }
}
