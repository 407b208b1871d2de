import Platform
import Postgres

/// The logs of conversations: messages and other events under one sequence.
struct EventLog: Sendable {
    let database: Database

    /// Events with numbers above `seq`, in order.
    /// - Parameter secondsBack: leaves out those that are older.
    func events(
        of conversation: Int, after seq: Int, upTo last: Int? = nil, secondsBack: Int? = nil, limit: Int
    ) async throws(PostgresError) -> [LogEvent] {
        try await database.rows(
            """
            SELECT e.seq AS event_seq, e.kind AS event_kind, e.actor_id, e.detail::text AS detail,
              c.id AS conversation_id, r.name AS room_name, d.low_user_id, d.high_user_id, \(Message.columns),
              CASE WHEN c.kind <> 'room' THEN ARRAY(
                SELECT user_id FROM conversation_members WHERE conversation_id = c.id AND is_member ORDER BY user_id)
              END AS recipients
            FROM (
              (SELECT seq, 'message' AS kind, from_user AS actor_id, id AS message_id, NULL::jsonb AS detail,
                 timestamp AS at FROM messages WHERE conversation_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR seq <= $3)
               ORDER BY seq LIMIT $5)
              UNION ALL
              (SELECT seq, kind, actor_id, message_id, detail, created_at FROM conversation_events
               WHERE conversation_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR seq <= $3) ORDER BY seq LIMIT $5)
            ) e
            JOIN conversations c ON c.id = $1
            LEFT JOIN rooms r ON r.conversation_id = c.id
            LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            LEFT JOIN messages m ON m.id = e.message_id LEFT JOIN users s ON s.id = m.from_user
            WHERE $4::int IS NULL OR e.at > now() - make_interval(secs => $4)
            ORDER BY e.seq LIMIT $5
            """, conversation, seq, last, secondsBack, limit, decode: LogEvent.init(row:))
    }

    /// The newest numbers of conversations.
    func lastSequences(of conversations: [Int]) async throws(PostgresError) -> [(conversation: Int, seq: Int)] {
        try await database.rows("SELECT id, last_seq FROM conversations WHERE id = ANY($1::bigint[])", conversations) {
            row throws(PostgresError) in (try row.decode("id"), try row.decode("last_seq"))
        }
    }

    /// Where a conversation stands, for a member who comes (back) to it.
    struct Standing: Sendable {
        let lastSeq: Int
        /// Events up to this one are no longer kept.
        let purgedSeq: Int
        let epoch: Int
        let isMember: Bool
    }

    func standing(of conversation: Int, for user: Int) async throws(PostgresError) -> Standing? {
        try await database.row(
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
    }
}
