import HTTPTypes
package import Platform
package import Foundation
import Postgres

extension Accounts {
    private static let mailedLinkSeconds = 3_600
    private static let handedLinkSeconds = 24 * 3_600

    /// Has a link to set a new password sent to this address, if it is an account's: nothing in the answer, nor the time
    /// it takes, tells whether it is.
    ///
    /// Throws a ``Problem``: 400 for what is no address, 403 `email_disabled`, 429 after many, 503 when too many wait.
    func forgotPassword(_ request: ForgottenPasswordRequest, from address: String) throws {
        guard let mail else { throw Problem.mailDisabled }
        if let fault = AccountRules.problem(email: request.email) { throw Problem.invalid(["email": fault]) }
        let email = request.email ?? ""
        try mail.limits.admit(email, from: address)
        try mail.submit {
            guard let stored = try await store.credentials(email: email), stored.status != .banned,
                let account = try await store.account(id: stored.accountID)
            else { return nil }
            let token = try await oneTimeTokens.issue(
                .resetPassword, accountID: account.id, email: account.email, lifetimeSeconds: Self.mailedLinkSeconds)
            return mail.reset(of: account.email, account.username, token: token)
        }
    }

    /// Sets a new password by a one-time token, and ends every session and access token of the account: whoever had the
    /// password may have made those. Of two requests with one token, one succeeds.
    ///
    /// Throws a ``Problem``: 400 with `fields`, 400 `invalid_token`.
    func resetPassword(_ request: PasswordResetRequest) async throws {
        guard let token = request.token, !token.isEmpty else { throw Problem.invalid(["token": "is required"]) }
        guard let proof = try await oneTimeTokens.find(token), proof.purpose == .resetPassword,
            let account = try await store.account(id: proof.accountID)
        else { throw Problem.invalidLink }
        let fault = AccountRules.problem(
            password: request.newPassword, username: account.username, email: account.email)
        guard fault == nil, let password = request.newPassword else {
            throw Problem.invalid(["new_password": fault ?? "is required"])
        }
        let hash = try await hashing { () async throws(PasswordError) in try await hasher.hash(password) }
        let ended = try await database.transaction { transaction in
            let oneTimeTokens = OneTimeTokenStore(transaction)
            guard try await oneTimeTokens.take(token) != nil else { throw Problem.invalidLink }
            try await oneTimeTokens.revoke([.resetPassword], accountID: account.id)
            try await AccountStore(transaction).setPasswordHash(accountID: account.id, hash, reachedAt: proof.email)
            return Ended(
                sessions: try await SessionStore(transaction).endAll(accountID: account.id),
                tokens: try await TokenStore(transaction).endAll(accountID: account.id))
        }
        for id in ended.sessions { await announceEnd(of: id, of: account.id) }
        for id in ended.tokens { await events.publish(Event(.tokenEnded, userID: account.id, id: id)) }
        noticePasswordChange(of: account)
    }

    private struct Ended: Sendable {
        let sessions: [Int]
        let tokens: [Int]
    }

    /// Tells the owner by mail, where there is any. The change does not depend on it.
    func noticePasswordChange(of account: Account) {
        guard let mail else { return }
        try? mail.submit { mail.passwordChanged(of: account.email, account.username) }
    }

    /// A link that an administrator hands to somebody who forgot their password.
    package struct ResetLink: Encodable, Sendable {
        package let url: String
        package let token: String
        package let expiresAt: Date
    }

    /// Makes such a link, good once and for a day. Throws a ``Problem``: 404 for an unknown account, 403 for one of the
    /// administrator's own rank or above.
    package func makeResetLink(
        for accountID: Int, by administrator: Caller, from address: String
    ) async throws -> ResetLink {
        guard let account = try await store.account(id: accountID), account.deletedAt == nil else {
            throw Problem.notFound("user")
        }
        guard administrator.role >= .admin, administrator.role > account.role else {
            throw Problem(
                .forbidden, code: "forbidden",
                "Only somebody of a higher rank can do this for a \(account.role.rawValue).")
        }
        let token = try await database.transaction { transaction in
            try await AuditLog.record(
                AuditEntry("user.reset_link_made", by: administrator, from: address, on: .user, accountID),
                in: transaction)
            return try await OneTimeTokenStore(transaction).issue(
                .resetPassword, accountID: accountID, email: nil, lifetimeSeconds: Self.handedLinkSeconds)
        }
        return ResetLink(
            url: links.reset(token), token: token,
            expiresAt: Date(timeIntervalSinceNow: Double(Self.handedLinkSeconds)))
    }
}

/// Body of `POST /auth/password/forgot`.
struct ForgottenPasswordRequest: Decodable, Sendable {
    let email: String?
}

/// Body of `POST /auth/password/reset`.
struct PasswordResetRequest: Decodable, Sendable {
    let token: String?
    let newPassword: String?
}
