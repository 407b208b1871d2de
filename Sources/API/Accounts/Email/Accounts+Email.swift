import HTTPTypes
import Platform
import Postgres

extension Accounts {
    private static let linkSeconds = 3 * 86_400

    /// Asks a new member to confirm their address. Registering does not depend on it.
    func requestVerification(of email: String, _ username: String, accountID: Int) throws(Problem) {
        guard let mail else { throw .mailDisabled }
        try mail.submit {
            let token = try await oneTimeTokens.issue(
                .verifyEmail, accountID: accountID, email: email, lifetimeSeconds: Self.linkSeconds)
            return mail.verification(of: email, username, token: token)
        }
    }

    /// The same once more, as its owner asks. Throws a ``Problem``: 403 `email_disabled`, 409 when it is confirmed
    /// already, 429 after many.
    func resendVerification(to caller: Caller, from address: String) async throws {
        guard let mail else { throw Problem.mailDisabled }
        let account = try await profile(of: caller)
        guard !account.emailVerified else {
            throw Problem(.conflict, code: "email_verified", "Your e-mail address is confirmed already.")
        }
        try mail.limits.admit(account.email, from: address)
        try requestVerification(of: account.email, account.username, accountID: account.id)
    }

    /// Begins to give the caller another address: at once where no mail is sent, else when both addresses were confirmed.
    ///
    /// Throws a ``Problem``: 400 with `fields`, 403 `wrong_password`, 409 `email_taken`, 429. Gives whether it is done.
    func changeEmail(_ request: EmailChangeRequest, of caller: Caller, from address: String) async throws -> Bool {
        let account = try await profile(of: caller)
        if let fault = AccountRules.problem(email: request.email) { throw Problem.invalid(["email": fault]) }
        let email = request.email ?? ""
        _ = try await confirm(request.password, as: "password", of: account, from: address)
        if email == account.email { return true }
        guard let mail else {
            try await emails.set(email, of: account.id, isVerified: false)
            return true
        }
        if let owner = try await store.credentials(email: email), owner.accountID != account.id {
            throw Problem.emailTaken
        }
        try mail.limits.admit(email, from: address)
        try await begin(email, account, mail)
        return false
    }

    private func begin(_ email: String, _ account: Account, _ mail: AccountMail) async throws {
        let tokens = try await database.transaction { transaction in
            try await EmailStore(transaction).begin(email, of: account.id, lifetimeSeconds: Self.linkSeconds)
            let oneTimeTokens = OneTimeTokenStore(transaction)
            try await oneTimeTokens.revoke([.leaveEmail, .enterEmail], accountID: account.id)
            return ChangeTokens(
                leave: try await oneTimeTokens.issue(
                    .leaveEmail, accountID: account.id, email: account.email, lifetimeSeconds: Self.linkSeconds),
                enter: try await oneTimeTokens.issue(
                    .enterEmail, accountID: account.id, email: email, lifetimeSeconds: Self.linkSeconds))
        }
        try mail.submit { mail.leaving(account.email, account.username, for: email, token: tokens.leave) }
        try mail.submit { mail.entering(email, account.username, token: tokens.enter) }
    }

    private struct ChangeTokens: Sendable {
        let leave: String
        let enter: String
    }

    /// Takes what a link in a message proves. Throws a ``Problem``: 400 `invalid_token`, 409 `email_taken` when somebody
    /// else came first.
    func confirmEmail(_ request: EmailConfirmationRequest) async throws -> EmailConfirmation {
        guard let token = request.token, !token.isEmpty else { throw Problem.invalid(["token": "is required"]) }
        do {
            return try await database.transaction { transaction in
                guard let proof = try await OneTimeTokenStore(transaction).take(token), let email = proof.email else {
                    throw Problem.invalidLink
                }
                return try await EmailStore(transaction).confirm(proof, email)
            }
        } catch let error as PostgresError {
            throw Problem.duplicateAccount(error) ?? error
        }
    }
}

/// Body of `PUT /users/email`.
struct EmailChangeRequest: Decodable, Sendable {
    let email: String?
    let password: String?
}

/// Body of `POST /auth/email/verify`.
struct EmailConfirmationRequest: Decodable, Sendable {
    let token: String?
}

/// What a confirmation led to.
enum EmailConfirmation: String, Encodable, Sendable {
    /// The account's address is confirmed.
    case verified
    /// One of the two addresses of a change is; the other has to be, too.
    case waiting
    /// The account has its new address.
    case changed
}
