import HTTPTypes
import Platform
import Postgres

extension Accounts {
    /// Sets the caller's own password and ends their other sessions, on every node.
    ///
    /// Throws a ``Problem``: 400 with `fields`, 403 `wrong_password`, 429 after too many of those.
    func changePassword(_ request: PasswordChangeRequest, of caller: Caller, from address: String) async throws {
        let account = try await profile(of: caller)
        var faults: [String: String] = [:]
        if request.currentPassword?.isEmpty ?? true { faults["current_password"] = "is required" }
        faults["new_password"] = AccountRules.problem(
            password: request.newPassword, username: account.username, email: account.email)
        guard faults.isEmpty, let newPassword = request.newPassword else { throw Problem.invalid(faults) }
        let stored = try await confirm(
            request.currentPassword, as: "current_password", of: account, from: address)
        let hash = try await hashing { () async throws(PasswordError) in try await hasher.hash(newPassword) }
        let current: Int? = if case .session(let id) = caller.credential { id } else { nil }
        let ended = try await database.transaction { transaction in
            guard
                try await AccountStore(transaction).replaceHash(
                    accountID: account.id, old: stored.passwordHash, new: hash)
            else {
                throw Problem(
                    .conflict, code: "conflict", "The password was changed by somebody else just now; try again.")
            }
            return try await SessionStore(transaction).endAll(accountID: account.id, except: current)
        }
        for id in ended { await announceEnd(of: id, of: account.id) }
        noticePasswordChange(of: account)
    }

    /// Checks that the caller knows their password, as slowly after failures as signing in is.
    ///
    /// Throws a ``Problem``: 400 without one, 403 `wrong_password`, 429 after too many of those.
    /// - Parameter field: the name of the member that has the password.
    func confirm(
        _ password: String?, as field: String, of account: Account, from address: String
    ) async throws -> StoredCredentials {
        guard let password, !password.isEmpty else { throw Problem.invalid([field: "is required"]) }
        let stored = try await store.credentials(email: account.email)
        let attempt = SignInLimits.Attempt(email: account.email, address: address)
        // Strangers' failures elsewhere are no reason to hold up somebody who is signed in.
        try await limits.admit(attempt) { true }
        guard try await isPassword(password, of: stored), let stored else {
            limits.failed(attempt)
            throw Problem(
                .forbidden, code: "wrong_password", "That is not your password.", fields: [field: "is wrong"])
        }
        try await limits.admit(attempt) { true }
        limits.succeeded(attempt)
        return stored
    }
}

/// Body of `PUT /users/password`.
struct PasswordChangeRequest: Decodable, Sendable {
    let currentPassword: String?
    let newPassword: String?
}
