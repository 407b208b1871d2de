import Platform
import Postgres

/// The logs of conversations: messages and other events under one sequence.
struct EventLog: Sendable {
    let database: Database

    /// Events with numbers above `seq`, in order.
    func events(
        of conversation: Int, after seq: Int, upTo last: Int? = nil, limit: Int
    ) async throws(PostgresError) -> [LogEvent] {
        try await database.rows(
            """
            SELECT e.seq AS event_seq, e.kind AS event_kind, e.actor_id, e.detail::text AS detail,
              c.id AS conversation_id, r.name AS room_name, d.low_user_id, d.high_user_id, \(Message.columns),
              CASE WHEN c.kind <> 'room' THEN ARRAY(
                SELECT user_id FROM conversation_members WHERE conversation_id = c.id AND is_member ORDER BY user_id)
              END AS recipients
            FROM (
              (SELECT seq, 'message' AS kind, from_user AS actor_id, id AS message_id, NULL::jsonb AS detail
               FROM messages WHERE conversation_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR seq <= $3)
               ORDER BY seq LIMIT $4)
              UNION ALL
              (SELECT seq, kind, actor_id, message_id, detail FROM conversation_events
               WHERE conversation_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR seq <= $3) ORDER BY seq LIMIT $4)
            ) e
            JOIN conversations c ON c.id = $1
            LEFT JOIN rooms r ON r.conversation_id = c.id
            LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            LEFT JOIN messages m ON m.id = e.message_id LEFT JOIN users s ON s.id = m.from_user
            ORDER BY e.seq LIMIT $4
            """, conversation, seq, last, limit, decode: LogEvent.init(row:))
    }

    /// The newest numbers of conversations, once they are durable.
    func lastSequences(of conversations: [Int]) async throws(PostgresError) -> [(conversation: Int, seq: Int)] {
        let found = try await database.rows(
            "SELECT id, last_seq FROM conversations WHERE id = ANY($1::bigint[])", conversations
        ) { row throws(PostgresError) -> (conversation: Int, seq: Int) in
            (try row.decode("id"), try row.decode("last_seq"))
        }
        try await database.grouped.settle()
        return found
    }

    /// A thread or a group, and one of its members.
    struct Thread: Sendable {
        let conversation: Int
        let member: Int
        let lastSeq: Int
    }

    /// Where the threads and groups of some users stand in which anything happened, once that is durable.
    func threads(of users: [Int]) async throws(PostgresError) -> [Thread] {
        let found = try await database.rows(
            """
            SELECT c.id, m.user_id, c.last_seq FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
            WHERE m.user_id = ANY($1::int[]) AND m.is_member AND c.kind <> 'room' AND c.last_seq > 0
            """, users
        ) { row throws(PostgresError) in
            Thread(
                conversation: try row.decode("id"), member: try row.decode("user_id"),
                lastSeq: try row.decode("last_seq"))
        }
        if !found.isEmpty { try await database.grouped.settle() }
        return found
    }

    /// Where a conversation stands, once that is durable, for a member who comes (back) to it.
    struct Standing: Sendable {
        let lastSeq: Int
        /// Events up to this one are no longer kept.
        let purgedSeq: Int
        let epoch: Int
        let isMember: Bool
    }

    func standing(of conversation: Int, for user: Int) async throws(PostgresError) -> Standing? {
        let standing = try await database.row(
            """
            SELECT c.last_seq, c.purged_seq, chat_epoch() AS epoch, coalesce(m.is_member, false) AS is_member
            FROM conversations c LEFT JOIN conversation_members m ON m.conversation_id = c.id AND m.user_id = $2
            WHERE c.id = $1
            """, conversation, user
        ) { row throws(PostgresError) in
            Standing(
                lastSeq: try row.decode("last_seq"), purgedSeq: try row.decode("purged_seq"),
                epoch: try row.decode("epoch"), isMember: try row.decode("is_member"))
        }
        try await database.grouped.settle()
        return standing
    }
}
