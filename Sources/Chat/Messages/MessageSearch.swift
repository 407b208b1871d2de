import Platform
import Postgres

/// Finds messages by their words, in conversations that the account is in at this moment.
struct MessageSearch: Sendable {
    let database: Database

    /// The newest first, each with where it is.
    func find(
        _ typed: String, in conversation: Int?, for viewer: Int, before id: Int?, limit: Int
    ) async throws(PostgresError) -> [JSONNode] {
        try await database.pooled.rows(
            """
            SELECT \(Message.columns), r.name AS room_name, d.low_user_id, d.high_user_id, c.id AS conversation_id
            FROM messages m JOIN conversations c ON c.id = m.conversation_id
            JOIN conversation_members v ON v.conversation_id = c.id AND v.user_id = $2::bigint AND v.is_member
            LEFT JOIN rooms r ON r.conversation_id = c.id LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            LEFT JOIN users s ON s.id = m.from_user
            WHERE search_name(m.content) @@ search_prefixes($1) AND m.deleted_at IS NULL
              AND ($3::bigint IS NULL OR m.conversation_id = $3) AND ($4::bigint IS NULL OR m.id < $4)
            ORDER BY m.id DESC LIMIT $5
            """, typed, viewer, conversation, id, limit
        ) { row throws(PostgresError) in
            .object([try Place(row: row).member(for: viewer)] + (try Message(row: row)).record.members)
        }
    }
}

/// Counts what somebody has not read.
struct UnreadStore: Sendable {
    /// Counting stops here.
    private static let most = 1_000

    let database: Database

    /// Conversations with messages of others that were not read, the one with the newest first.
    func unread(of user: Int) async throws(PostgresError) -> [JSONNode] {
        try await database.pooled.rows(
            """
            SELECT c.id AS conversation_id, r.name AS room_name, d.low_user_id, d.high_user_id, v.last_read_seq,
              c.last_seq, n.unread, n.newest
            FROM conversation_members v JOIN conversations c ON c.id = v.conversation_id
            LEFT JOIN rooms r ON r.conversation_id = c.id LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            CROSS JOIN LATERAL (
              SELECT count(*) AS unread, max(id) AS newest FROM (
                SELECT m.id FROM messages m
                WHERE m.conversation_id = c.id AND m.seq > v.last_read_seq AND m.from_user <> v.user_id
                  AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT \(Self.most)) newer) n
            WHERE v.user_id = $1 AND v.is_member AND c.last_seq > v.last_read_seq AND n.unread > 0
            ORDER BY n.newest DESC LIMIT 500
            """, user
        ) { row throws(PostgresError) in
            let rest: JSONNode = .members([
                "unread": .integer(try row.decode("unread")),
                "last_read_seq": .integer(try row.decode("last_read_seq")),
                "last_seq": .integer(try row.decode("last_seq")),
            ])
            return .object([try Place(row: row).member(for: user)] + rest.members)
        }
    }
}

extension Place {
    /// Of a row with `conversation_id`, `room_name`, `low_user_id` and `high_user_id`.
    init(row: Row) throws(PostgresError) {
        let room: String? = try row.decode("room_name")
        if let room {
            self = .room(room)
        } else if let low: Int = try row.decode("low_user_id"), let high: Int = try row.decode("high_user_id") {
            self = .direct(low, high)
        } else {
            self = .group(try row.decode("conversation_id"))
        }
    }
}
