import Foundation
import Platform
import Postgres

/// The `rooms` table, by one account's eyes.
struct RoomStore: Sendable {
    let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// The room of this name, whether or not the account may see it.
    func room(_ name: RoomName, for viewer: Int) async throws(PostgresError) -> Room? {
        try await database.row(
            "\(Room.selection(viewer: "$2")) WHERE r.folded_name = $1", name.folded, viewer, decode: Room.init(row:))
    }

    /// The same with its conversation locked, so that nobody sends, joins or leaves meanwhile. To be called in a
    /// transaction.
    func lockedRoom(_ name: RoomName, for viewer: Int) async throws(PostgresError) -> Room? {
        try await database.execute(
            """
            SELECT 1 FROM conversations c JOIN rooms r ON r.conversation_id = c.id
            WHERE r.folded_name = $1 FOR NO KEY UPDATE OF c
            """, name.folded)
        return try await room(name, for: viewer)
    }

    /// Public rooms and those that the account is in, by name.
    func visible(
        to viewer: Int, joined: Bool, _ page: PageRequest
    ) async throws(PostgresError) -> (rooms: [Room], total: Int) {
        let condition = joined ? "v.is_member" : "(NOT r.is_private OR v.is_member)"
        let rooms = try await database.rows(
            """
            \(Room.selection(viewer: "$1")) WHERE \(condition) ORDER BY r.folded_name LIMIT $2 OFFSET $3
            """, viewer, page.limit, page.offset, decode: Room.init(row:))
        let total = try await database.row(
            """
            SELECT count(*) AS total FROM rooms r
            LEFT JOIN conversation_members v ON v.conversation_id = r.conversation_id AND v.user_id = $1
            WHERE \(condition)
            """, viewer
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (rooms, total ?? 0)
    }

    /// Adds a room with its owner. A taken name is a `uniqueViolation`.
    func insert(_ name: RoomName, _ description: String?, isPrivate: Bool, owner: Int) async throws(PostgresError) {
        try await database.execute(
            """
            WITH made AS (INSERT INTO conversations (kind) VALUES ('room') RETURNING id),
            room AS (
                INSERT INTO rooms (name, folded_name, description, is_private, created_by, conversation_id)
                SELECT $1, $2, $3, $4, $5::int, id FROM made)
            INSERT INTO conversation_members (conversation_id, user_id, role) SELECT id, $5, 'owner' FROM made
            """, name.text, name.folded, description, isPrivate, owner)
    }

    func update(
        _ room: Room, name: RoomName, description: String?, isPrivate: Bool, slowModeSeconds: Int, retentionDays: Int?
    ) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE rooms SET name = $2, folded_name = $3, description = $4, is_private = $5, slow_mode_seconds = $6,
              retention_days = $7, updated_at = now() WHERE id = $1
            """, room.id, name.text, name.folded, description, isPrivate, slowModeSeconds, retentionDays)
    }

    /// Removes a room and all that was said there.
    func delete(_ room: Room) async throws(PostgresError) {
        try await database.execute("DELETE FROM conversations WHERE id = $1", room.conversation)
    }
}
