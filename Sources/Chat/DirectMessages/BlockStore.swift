import Foundation
import Platform
import Postgres

/// The `blocks` table: who does not want to hear of whom.
struct BlockStore: Sendable {
    struct Block: Sendable {
        let userID: Int
        let username: String
        let createdAt: Date

        var record: JSONNode {
            .members(["user_id": .integer(userID), "username": .text(username), "created_at": .time(createdAt)])
        }
    }

    let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Again changes nothing.
    func insert(_ blocker: Int, blocks blocked: Int) async throws(PostgresError) {
        try await database.execute(
            "INSERT INTO blocks (blocker_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", blocker, blocked)
    }

    func delete(_ blocker: Int, blocks blocked: Int) async throws(PostgresError) {
        try await database.execute(
            "DELETE FROM blocks WHERE blocker_id = $1::bigint AND blocked_id = $2::bigint", blocker, blocked)
    }

    /// Whether either blocks the other.
    func isBlocked(between one: Int, _ other: Int) async throws(PostgresError) -> Bool {
        try await database.row(
            """
            SELECT EXISTS (SELECT FROM blocks WHERE (blocker_id, blocked_id)
              IN (($1::bigint, $2::bigint), ($2::bigint, $1::bigint))) AS is_blocked
            """, one, other
        ) { row throws(PostgresError) in try row.decode("is_blocked") } ?? false
    }

    /// Whom somebody blocks, the newest first.
    func all(of blocker: Int) async throws(PostgresError) -> [Block] {
        try await database.rows(
            """
            SELECT b.blocked_id, u.username, b.created_at FROM blocks b JOIN users u ON u.id = b.blocked_id
            WHERE b.blocker_id = $1 ORDER BY b.created_at DESC, b.blocked_id LIMIT 1000
            """, blocker
        ) { row throws(PostgresError) in
            Block(
                userID: try row.decode("blocked_id"), username: try row.decode("username"),
                createdAt: try row.decode("created_at"))
        }
    }
}
