import Foundation
import Platform
import Postgres

/// The `access_tokens` table.
struct TokenStore: Sendable {
    /// Most tokens that an account may have alive.
    static let maximumTokens = 100
    private static let isAlive = """
        access_tokens.ended_at IS NULL AND (access_tokens.expires_at IS NULL OR access_tokens.expires_at > now())
        """

    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// A token as its owner sees it.
    struct Entry: Sendable {
        let id: Int
        let name: String
        let scopes: [TokenScope]
        let createdAt: Date
        let lastUsedAt: Date?
        let expiresAt: Date?
    }

    /// Adds a token; nil when the account has too many alive.
    func insert(
        accountID: Int, name: String, scopes: [TokenScope], hash: [UInt8], sealed: [UInt8]?, lifetimeSeconds: Int?
    ) async throws(PostgresError) -> Entry? {
        try await database.row(
            """
            INSERT INTO access_tokens (user_id, name, scopes, hash, sealed, expires_at)
            SELECT $1::int, $2::text, $3::text[], $4::bytea, $5::bytea, now() + $6::bigint * interval '1 second'
            WHERE (SELECT count(*) FROM access_tokens WHERE user_id = $1 AND \(Self.isAlive)) < $7
            RETURNING id, name, scopes, created_at, last_used_at, expires_at
            """, accountID, name, scopes.map(\.rawValue), hash, sealed, lifetimeSeconds, Self.maximumTokens,
            decode: Entry.init(row:))
    }

    /// Those of an account that are alive, newest first.
    func list(accountID: Int) async throws(PostgresError) -> [Entry] {
        try await database.rows(
            """
            SELECT id, name, scopes, created_at, last_used_at, expires_at FROM access_tokens
            WHERE user_id = $1 AND \(Self.isAlive) ORDER BY id DESC
            """, accountID, decode: Entry.init(row:))
    }

    /// Ends a token of this account. Gives whether it was alive.
    func end(_ id: Int, accountID: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            "UPDATE access_tokens SET ended_at = now(), sealed = NULL WHERE id = $1 AND user_id = $2 AND ended_at IS NULL",
            id, accountID) > 0
    }

    /// Ends every token of an account and gives their ids.
    func endAll(accountID: Int) async throws(PostgresError) -> [Int] {
        try await database.rows(
            """
            UPDATE access_tokens SET ended_at = now(), sealed = NULL WHERE user_id = $1 AND ended_at IS NULL RETURNING id
            """, accountID
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// Who shows the token of this hash; nil when there is none alive.
    func caller(hash: [UInt8]) async throws(PostgresError) -> Caller? {
        try await noted(
            try await database.row("\(Self.holder) AND access_tokens.hash = $1", hash, decode: Found.init(row:)))
    }

    /// Who a token speaks for; nil when it has ended or is not this account's.
    func caller(_ id: Int, accountID: Int) async throws(PostgresError) -> Caller? {
        try await noted(
            try await database.row(
                "\(Self.holder) AND access_tokens.id = $1 AND access_tokens.user_id = $2", id, accountID,
                decode: Found.init(row:)))
    }

    /// Those of these tokens that are alive, with their accounts, where those are not banned.
    func living(_ ids: [Int]) async throws(PostgresError) -> [CredentialHolder] {
        guard !ids.isEmpty else { return [] }
        return try await database.rows(
            """
            SELECT access_tokens.id, user_id FROM access_tokens JOIN users ON users.id = user_id
            WHERE access_tokens.id = ANY($1::bigint[]) AND \(Self.isAlive) AND users.deleted_at IS NULL
                AND users.status <> 'banned'
            """, ids
        ) { row throws(PostgresError) in
            CredentialHolder(userID: try row.decode("user_id"), credential: .token(try row.decode("id")))
        }
    }

    /// The encrypted app passwords of the account of this name, in whatever case.
    func sealed(username: String) async throws(PostgresError) -> [Sealed] {
        try await database.rows(
            """
            SELECT access_tokens.id, user_id, sealed FROM access_tokens JOIN users ON users.id = user_id
            WHERE lower(username) = lower($1) AND sealed IS NOT NULL AND \(Self.isAlive) AND users.deleted_at IS NULL
            """, username
        ) { row throws(PostgresError) in
            Sealed(id: try row.decode("id"), accountID: try row.decode("user_id"), bytes: try row.decode("sealed"))
        }
    }

    struct Sealed: Sendable {
        let id: Int
        let accountID: Int
        let bytes: [UInt8]
    }

    /// Removes what ended or expired more than 30 days ago.
    func purge() async throws(PostgresError) {
        try await database.execute(
            "DELETE FROM access_tokens WHERE least(ended_at, expires_at) < now() - interval '30 days'")
    }

    private static let holder = """
        SELECT access_tokens.id, user_id, username, role, scopes, \(AccountStore.currentStatus) AS status,
            coalesce(last_used_at < now() - interval '1 minute', true) AS is_stale
        FROM access_tokens JOIN users ON users.id = user_id
        WHERE \(isAlive) AND users.deleted_at IS NULL
        """

    /// Notes, once a minute, that a token was used.
    private func noted(_ found: Found?) async throws(PostgresError) -> Caller? {
        guard let found else { return nil }
        if found.isStale {
            try await database.execute("UPDATE access_tokens SET last_used_at = now() WHERE id = $1", found.id)
        }
        return found.caller
    }

    private struct Found: Sendable {
        let id: Int
        let caller: Caller
        /// Its last use was noted more than a minute ago.
        let isStale: Bool

        init(row: Row) throws(PostgresError) {
            id = try row.decode("id")
            let scopes: [String] = try row.decode("scopes")
            caller = Caller(
                userID: try row.decode("user_id"), username: try row.decode("username"), role: try row.decode("role"),
                status: try row.decode("status"), credential: .token(id),
                scopes: Set(scopes.compactMap { TokenScope(rawValue: $0) }))
            isStale = try row.decode("is_stale")
        }
    }
}

extension TokenStore.Entry {
    init(row: Row) throws(PostgresError) {
        let scopes: [String] = try row.decode("scopes")
        self.init(
            id: try row.decode("id"), name: try row.decode("name"),
            scopes: scopes.compactMap { TokenScope(rawValue: $0) },
            createdAt: try row.decode("created_at"), lastUsedAt: try row.decode("last_used_at"),
            expiresAt: try row.decode("expires_at"))
    }
}
