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

    let database: Database
    let store: AccountStore
    let sessions: SessionStore
    let tokens: TokenStore
    let oneTimeTokens: OneTimeTokenStore
    let emails: EmailStore
    let invitations: InvitationStore
    let events: EventBus
    let accessTokens: AccessTokens
    let refreshKey: SymmetricKey
    let appPasswordKey: SymmetricKey
    let policy: Policy
    let hasher: PasswordHasher
    var limits: SignInLimits
    let links: AccountLinks
    /// Nil where no mail is sent.
    let mail: AccountMail?
    let logger: Logger

    /// - Parameters:
    ///   - database: holds `users` and `sessions`.
    ///   - events: told of sessions that end.
    ///   - accessTokens: signs and verifies access tokens.
    ///   - refreshKey: what refresh tokens are derived with; the same on every node, and of no other use.
    ///   - appPasswordKey: what app passwords are encrypted with; the same on every node, and of no other use.
    ///   - hasher: closed by whoever made it.
    ///   - links: addresses of the page.
    ///   - mail: writes to members; nil where no mail is sent.
    package init(
        database: Database, events: EventBus, accessTokens: AccessTokens, refreshKey: SymmetricKey,
        appPasswordKey: SymmetricKey, policy: Policy, hasher: PasswordHasher,
        links: AccountLinks = AccountLinks(publicURL: nil), mail: AccountMail? = nil, logger: Logger
    ) {
        self.database = database
        store = AccountStore(database)
        sessions = SessionStore(database)
        tokens = TokenStore(database)
        oneTimeTokens = OneTimeTokenStore(database)
        emails = EmailStore(database)
        invitations = InvitationStore(database)
        self.events = events
        self.accessTokens = accessTokens
        self.refreshKey = refreshKey
        self.appPasswordKey = appPasswordKey
        self.policy = policy
        self.hasher = hasher
        limits = SignInLimits()
        self.links = links
        self.mail = mail
        self.logger = logger
    }

    /// Makes an account of the role `user`. Throws a ``Problem``: 400 with `fields`, 403 where nobody may register,
    /// 409 for a name or address that is taken, 503 while too many passwords wait.
    func register(_ request: RegistrationRequest) async throws -> RegistrationResponse {
        let invitation = try await admitted(request)
        let problems = AccountRules.problems(
            username: request.username, email: request.email, password: request.password)
        guard problems.isEmpty, let username = request.username, let email = request.email,
            let password = request.password
        else { throw Problem.invalid(problems) }
        let hash = try await hashing { () async throws(PasswordError) in try await hasher.hash(password) }
        do {
            let id = try await database.transaction { transaction in
                var inviter: Int?
                if let invitation {
                    inviter = try await InvitationStore(transaction).use(hash: invitation)
                    guard inviter != nil else { throw Problem.invitationInvalid }
                }
                return try await AccountStore(transaction).insert(
                    username: username, email: email, passwordHash: hash, role: .user, invitedBy: inviter)
            }
            if mail != nil { try? requestVerification(of: email, username, accountID: id) }
            return RegistrationResponse(userID: id, username: username, email: email)
        } catch let error as PostgresError {
            throw Problem.duplicateAccount(error) ?? error
        }
    }

    /// The hash of the invitation that a registration takes, which lets somebody in as yet; nil where it takes none.
    private func admitted(_ request: RegistrationRequest) async throws -> [UInt8]? {
        switch policy.registration {
        case .open: return nil
        case .closed: throw Problem.registrationClosed
        case .invite:
            guard let code = request.invitation?.trimmingWhitespace(), !code.isEmpty else {
                throw Problem.registrationByInvitation
            }
            let hash = RandomCode.hash(of: code.lowercased())
            guard try await invitations.isOpen(hash: hash) else { throw Problem.invitationInvalid }
            return hash
        }
    }

    /// The caller's own account.
    func profile(of caller: Caller) async throws -> Account {
        guard let account = try await store.account(id: caller.userID) else { throw Problem.unauthorized }
        return account
    }

    /// Removes sessions and tokens that ended long ago, and accounts that were deleted 14 days ago; for whoever runs periodic duties.
    package func purge() async throws {
        try await sessions.purge()
        try await tokens.purge()
        try await oneTimeTokens.purge()
        try await purgeDeleted()
    }

    /// Password work, its errors made a client's.
    func hashing<Value>(_ work: () async throws(PasswordError) -> Value) async throws(Problem) -> Value {
        do {
            return try await work()
        } catch {
            throw Problem(error)
        }
    }
}
