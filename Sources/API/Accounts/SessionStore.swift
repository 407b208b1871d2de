import Foundation
import Platform
package import Postgres

/// The `sessions` table: one row for each sign-in, alive until `ended_at` is set.
package struct SessionStore: Sendable {
    private let database: any Queryable

    package init(_ database: any Queryable) { self.database = database }

    /// What is recorded about where a session was begun.
    struct Origin: Sendable {
        let userAgent: String?
        let address: String

        /// Cuts what is longer than its column.
        init(userAgent: String?, address: String) {
            self.userAgent = userAgent.map { String($0.unicodeScalars.prefix(255)) }
            self.address = String(address.unicodeScalars.prefix(64))
        }
    }

    /// Begins a session if the password is still the one that was checked and the account is not banned; else nil.
    ///
    /// The lock on the account's row puts this before or after a change of password or a ban, never beside it: no
    /// session can slip past the end of all others.
    func begin(
        accountID: Int, passwordHash: String, salt: [UInt8], lifetimeSeconds: Int, origin: Origin
    ) async throws(PostgresError) -> Int? {
        try await database.row(
            """
            INSERT INTO sessions (user_id, salt, token_expires_at, expires_at, user_agent, address)
            SELECT id, $3::bytea, now() + $4::int * interval '1 second', now() + $4::int * interval '1 second', $5, $6
            FROM users WHERE id = $1 AND password_hash = $2 AND status <> 'banned' AND deleted_at IS NULL FOR SHARE
            RETURNING id
            """, accountID, passwordHash, salt, lifetimeSeconds, origin.userAgent, origin.address
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// The salt and the account of a session that lives.
    func salted(_ id: Int) async throws(PostgresError) -> SaltedSession? {
        try await database.row(
            """
            SELECT salt, users.id AS user_id, username, role, \(AccountStore.currentStatus) AS status
            FROM sessions JOIN users ON users.id = user_id WHERE sessions.id = $1 AND ended_at IS NULL
            """, id
        ) { row throws(PostgresError) in
            SaltedSession(salt: try row.decode("salt"), caller: try Self.caller(row, session: id))
        }
    }

    /// Notes that the token of this generation was used. False when the session has ended, the token has expired, or
    /// a later one was used before.
    ///
    /// A token of the present generation expires when it always did; one that is used for the first time expires with
    /// what the last use of its predecessor promised; its successor lives `lifetimeSeconds` from now.
    func advance(_ id: Int, to generation: Int, lifetimeSeconds: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE sessions SET
                token_expires_at = CASE WHEN generation < $2 THEN expires_at ELSE token_expires_at END,
                expires_at = now() + $3::int * interval '1 second', generation = $2, last_used_at = now()
            WHERE id = $1 AND ended_at IS NULL AND generation <= $2
                AND now() < CASE WHEN generation < $2 THEN expires_at ELSE token_expires_at END
            """, id, generation, lifetimeSeconds) > 0
    }

    /// Ends a session in which a later token than this one was used. Gives whether it did.
    func end(_ id: Int, ifPast generation: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            "UPDATE sessions SET ended_at = now() WHERE id = $1 AND generation > $2 AND ended_at IS NULL",
            id, generation) > 0
    }

    /// Ends a session. Gives whether it was alive.
    func end(_ id: Int) async throws(PostgresError) -> Bool {
        try await database.execute("UPDATE sessions SET ended_at = now() WHERE id = $1 AND ended_at IS NULL", id) > 0
    }

    /// Ends a session of this account. Gives whether it was alive.
    func end(_ id: Int, accountID: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            "UPDATE sessions SET ended_at = now() WHERE id = $1 AND user_id = $2 AND ended_at IS NULL", id, accountID)
            > 0
    }

    /// Ends every session of an account but the one excepted, and gives their ids.
    func endAll(accountID: Int, except: Int? = nil) async throws(PostgresError) -> [Int] {
        try await database.rows(
            """
            UPDATE sessions SET ended_at = now()
            WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2::bigint RETURNING id
            """, accountID, except
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// A session as its owner sees it.
    struct Entry: Sendable {
        let id: Int
        let userAgent: String?
        let address: String?
        let createdAt: Date
        let lastUsedAt: Date
        let expiresAt: Date
    }

    /// The sessions of an account that are alive, the one last used first.
    func list(accountID: Int) async throws(PostgresError) -> [Entry] {
        try await database.rows(
            """
            SELECT id, user_agent, address, created_at, last_used_at, expires_at FROM sessions
            WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY last_used_at DESC, id DESC
            """, accountID
        ) { row throws(PostgresError) in
            Entry(
                id: try row.decode("id"), userAgent: try row.decode("user_agent"), address: try row.decode("address"),
                createdAt: try row.decode("created_at"), lastUsedAt: try row.decode("last_used_at"),
                expiresAt: try row.decode("expires_at"))
        }
    }

    /// Who a session speaks for, read afresh: nil when the session has ended or is not this account's.
    func caller(_ id: Int, accountID: Int) async throws(PostgresError) -> Caller? {
        try await database.row(
            """
            SELECT users.id AS user_id, username, role, \(AccountStore.currentStatus) AS status
            FROM sessions JOIN users ON users.id = user_id
            WHERE sessions.id = $1 AND user_id = $2 AND ended_at IS NULL
            """, id, accountID
        ) { row throws(PostgresError) in try Self.caller(row, session: id) }
    }

    /// Those of these sessions that have not ended, with their accounts, where those are not banned.
    func living(_ ids: [Int]) async throws(PostgresError) -> Set<CredentialHolder> {
        let holders = try await database.rows(
            """
            SELECT sessions.id, user_id FROM sessions JOIN users ON users.id = user_id
            WHERE sessions.id = ANY($1::bigint[]) AND ended_at IS NULL AND users.status <> 'banned'
            """, ids
        ) { row throws(PostgresError) in
            CredentialHolder(userID: try row.decode("user_id"), credential: .session(try row.decode("id")))
        }
        return Set(holders)
    }

    /// Whether a session of this account was begun from this address within the last 30 days.
    func isKnown(address: String, accountID: Int) async throws(PostgresError) -> Bool {
        let found = try await database.rows(
            """
            SELECT 1 AS one FROM sessions
            WHERE user_id = $1 AND address = $2 AND created_at > now() - interval '30 days' LIMIT 1
            """, accountID, address
        ) { row throws(PostgresError) in try row.decode("one") as Int }
        return !found.isEmpty
    }

    /// Removes what expired more than 30 days ago.
    package func purge() async throws(PostgresError) {
        _ = try await database.execute("DELETE FROM sessions WHERE expires_at < now() - interval '30 days'")
    }

    private static func caller(_ row: Row, session id: Int) throws(PostgresError) -> Caller {
        Caller(
            userID: try row.decode("user_id"), username: try row.decode("username"), role: try row.decode("role"),
            status: try row.decode("status"), credential: .session(id))
    }
}

/// A live session, with what its tokens are derived from.
struct SaltedSession: Sendable {
    let salt: [UInt8]
    let caller: Caller
}
