import Foundation
import Platform
package import Postgres

/// The `users` table, as far as signing in needs it.
package struct AccountStore: Sendable {
    /// What a suspension that has run out leaves is an active account.
    static let currentStatus = """
        CASE WHEN users.status = 'suspended' AND users.suspended_until <= now() THEN 'active' ELSE users.status END
        """

    private let database: any Queryable

    package init(_ database: any Queryable) { self.database = database }

    /// Adds an account and gives its id. A taken username or address is a `uniqueViolation`.
    func insert(
        username: String, email: String, passwordHash: String, role: Role, invitedBy inviter: Int? = nil
    ) async throws(PostgresError) -> Int {
        let id: Int? = try await database.row(
            """
            INSERT INTO users (username, email, password_hash, role, invited_by) VALUES ($1, $2, $3, $4, $5) RETURNING id
            """, username, email, passwordHash, role, inviter
        ) { row throws(PostgresError) in try row.decode("id") }
        guard let id else { throw PostgresError(.other, "An INSERT gave no row; is there a rule or trigger on users?") }
        return id
    }

    /// Id, password hash and status of the account with this address, whatever its case.
    func credentials(email: String) async throws(PostgresError) -> StoredCredentials? {
        try await database.row(
            """
            SELECT id, password_hash, \(Self.currentStatus) AS status, deleted_at IS NOT NULL AS is_deleted
            FROM users WHERE lower(email) = lower($1)
            """, email
        ) { row throws(PostgresError) in
            StoredCredentials(
                accountID: try row.decode("id"), passwordHash: try row.decode("password_hash"),
                status: try row.decode("status"), isDeleted: try row.decode("is_deleted"))
        }
    }

    /// The id of the account of this name, in whatever case.
    func id(username: String) async throws(PostgresError) -> Int? {
        try await database.row("SELECT id FROM users WHERE lower(username) = lower($1)", username) {
            row throws(PostgresError) in try row.decode("id")
        }
    }

    /// The whole account.
    func account(id: Int) async throws(PostgresError) -> Account? {
        try await database.row(
            """
            SELECT id, username, email, email_visible, email_verified_at IS NOT NULL AS email_verified, role,
                \(Self.currentStatus) AS status, first_name, last_name, bio, avatar, created_at, updated_at,
                deleted_at
            FROM users WHERE id = $1
            """, id
        ) { row throws(PostgresError) in
            Account(
                id: try row.decode("id"), username: try row.decode("username"), email: try row.decode("email"),
                emailVisible: try row.decode("email_visible"), emailVerified: try row.decode("email_verified"),
                role: try row.decode("role"), status: try row.decode("status"),
                firstName: try row.decode("first_name"), lastName: try row.decode("last_name"),
                bio: try row.decode("bio"), avatar: try row.decode("avatar"),
                createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"),
                deletedAt: try row.decode("deleted_at"))
        }
    }

    /// Replaces a hash by one of the same password at the present cost, unless the password changed meanwhile.
    /// Gives whether it did.
    func replaceHash(accountID: Int, old: String, new: String) async throws(PostgresError) -> Bool {
        try await database.execute(
            "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", accountID, old, new) > 0
    }

    /// Sets the password of the account with this name and gives its id; nil when there is no such account.
    func setPasswordHash(username: String, _ hash: String) async throws(PostgresError) -> Int? {
        try await database.row(
            """
            UPDATE users SET password_hash = $2, updated_at = now() WHERE lower(username) = lower($1) RETURNING id
            """, username, hash
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// Sets an account's password; mail to `email`, if that is still its address, has been shown to arrive.
    func setPasswordHash(accountID: Int, _ hash: String, reachedAt email: String?) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE users SET password_hash = $2, updated_at = now(),
                email_verified_at = CASE WHEN email = $3 THEN coalesce(email_verified_at, now()) ELSE email_verified_at END
            WHERE id = $1 AND purged_at IS NULL
            """, accountID, hash, email)
    }

    /// Sets what an account may do. Gives whether there is such an account.
    func setStatus(accountID: Int, _ status: AccountStatus, until: Date?) async throws(PostgresError) -> Bool {
        try await database.execute(
            "UPDATE users SET status = $2, suspended_until = $3, updated_at = now() WHERE id = $1",
            accountID, status, until) > 0
    }
}

/// What a password is checked against.
struct StoredCredentials: Sendable {
    let accountID: Int
    let passwordHash: String
    let status: AccountStatus
    /// Its owner has deleted it, and may have it back.
    let isDeleted: Bool
}
