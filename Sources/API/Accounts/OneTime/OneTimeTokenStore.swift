import Foundation
import Postgres

/// The `one_time_tokens` table: what proves once that somebody reads a mailbox, or was helped by an administrator.
struct OneTimeTokenStore: Sendable {
    enum Purpose: String, PostgresCodable, Sendable {
        case resetPassword = "reset_password"
        case verifyEmail = "verify_email"
        /// Agrees, from the present address, that another takes its place.
        case leaveEmail = "leave_email"
        /// Shows that the new address is theirs.
        case enterEmail = "enter_email"
    }

    /// What a token proves about whom.
    struct Proof: Sendable {
        let accountID: Int
        let purpose: Purpose
        /// The address that it was sent to; nil where an administrator handed it over.
        let email: String?
    }

    private static let characterCount = 40

    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// A new token, told only here.
    func issue(
        _ purpose: Purpose, accountID: Int, email: String?, lifetimeSeconds: Int
    ) async throws(PostgresError) -> String {
        let token = RandomCode.base32(characters: Self.characterCount)
        try await database.execute(
            """
            INSERT INTO one_time_tokens (hash, user_id, purpose, email, expires_at)
            VALUES ($1, $2, $3, $4, now() + $5::int * interval '1 second')
            """, RandomCode.hash(of: token), accountID, purpose, email, lifetimeSeconds)
        return token
    }

    /// What a token proves, and goes on proving; nil for one that is unknown, expired or taken.
    func find(_ token: String) async throws(PostgresError) -> Proof? {
        try await database.row(
            "SELECT user_id, purpose, email FROM one_time_tokens WHERE hash = $1 AND expires_at > now()",
            RandomCode.hash(of: token), decode: Proof.init(row:))
    }

    /// The same, and the token is used up: of several at once, one gets it.
    func take(_ token: String) async throws(PostgresError) -> Proof? {
        try await database.row(
            "DELETE FROM one_time_tokens WHERE hash = $1 AND expires_at > now() RETURNING user_id, purpose, email",
            RandomCode.hash(of: token), decode: Proof.init(row:))
    }

    /// Takes back what an account has for these purposes.
    func revoke(_ purposes: [Purpose], accountID: Int) async throws(PostgresError) {
        try await database.execute(
            "DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = ANY ($2::text[])", accountID,
            purposes.map(\.rawValue))
    }

    /// Removes what has expired.
    func purge() async throws(PostgresError) {
        try await database.execute("DELETE FROM one_time_tokens WHERE expires_at < now()")
        try await database.execute("DELETE FROM email_changes WHERE expires_at < now()")
    }
}

extension OneTimeTokenStore.Proof {
    init(row: Row) throws(PostgresError) {
        self.init(
            accountID: try row.decode("user_id"), purpose: try row.decode("purpose"), email: try row.decode("email"))
    }
}
