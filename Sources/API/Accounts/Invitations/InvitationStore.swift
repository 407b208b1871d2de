import Foundation
import Postgres

/// The `invitations` table.
struct InvitationStore: Sendable {
    /// Most open invitations that a member who administers nothing may have given out.
    static let maximumOpen = 5

    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// An invitation as its author sees it.
    struct Entry: Sendable {
        let id: Int
        let note: String?
        let maximumUses: Int
        let uses: Int
        let createdAt: Date
        let expiresAt: Date
    }

    private static let columns = "id, note, maximum_uses, uses, created_at, expires_at"
    private static let isOpen = "uses < maximum_uses AND expires_at > now()"

    /// Adds one; nil when its author has `maximumOpen` open ones already.
    func insert(
        by accountID: Int, hash: [UInt8], _ wish: InvitationWish, maximumOpen: Int?
    ) async throws(PostgresError) -> Entry? {
        try await database.row(
            """
            WITH author AS (SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE)
            INSERT INTO invitations (created_by, hash, note, maximum_uses, expires_at)
            SELECT id, $2::bytea, $3::text, $4::int, now() + $5::bigint * interval '1 second' FROM author
            WHERE $6::int IS NULL OR (
                SELECT count(*) FROM invitations WHERE created_by = $1 AND \(Self.isOpen)) < $6
            RETURNING \(Self.columns)
            """, accountID, hash, wish.note, wish.maximumUses, wish.lifetimeSeconds, maximumOpen,
            decode: Entry.init(row:))
    }

    /// Those of a member, newest first.
    func list(by accountID: Int) async throws(PostgresError) -> [Entry] {
        try await database.rows(
            "SELECT \(Self.columns) FROM invitations WHERE created_by = $1 ORDER BY id DESC LIMIT 1000", accountID,
            decode: Entry.init(row:))
    }

    /// Takes back one of a member's, or with nil anybody's. Gives whether there was one.
    func delete(_ id: Int, by accountID: Int?) async throws(PostgresError) -> Bool {
        try await database.execute(
            "DELETE FROM invitations WHERE id = $1 AND ($2::int IS NULL OR created_by = $2)", id, accountID) > 0
    }

    /// Whether a code lets somebody in.
    func isOpen(hash: [UInt8]) async throws(PostgresError) -> Bool {
        try await database.execute("SELECT 1 FROM invitations WHERE hash = $1 AND \(Self.isOpen)", hash) > 0
    }

    /// Uses an invitation once and gives whose it is; nil when it lets nobody in any more. In a transaction that fails it
    /// stays unused.
    func use(hash: [UInt8]) async throws(PostgresError) -> Int? {
        try await database.row(
            "UPDATE invitations SET uses = uses + 1 WHERE hash = $1 AND \(Self.isOpen) RETURNING created_by", hash
        ) { row throws(PostgresError) in try row.decode("created_by") }
    }
}

extension InvitationStore.Entry {
    init(row: Row) throws(PostgresError) {
        self.init(
            id: try row.decode("id"), note: try row.decode("note"), maximumUses: try row.decode("maximum_uses"),
            uses: try row.decode("uses"), createdAt: try row.decode("created_at"),
            expiresAt: try row.decode("expires_at"))
    }
}
