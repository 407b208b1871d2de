import Foundation
import Platform
import Postgres

/// The `messages` table, but for sending.
struct MessageStore: Sendable {
    let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// A part of a conversation, the oldest first.
    struct Page: Sendable {
        let messages: [Message]
        let hasMore: Bool
    }

    /// The newest messages before a number or a time.
    func page(
        of conversation: Int, before seq: Int? = nil, beforeTime time: Date? = nil, beforeID id: Int? = nil, limit: Int,
        viewer: Int
    ) async throws(PostgresError) -> Page {
        let found = try await database.rows(
            """
            SELECT \(Message.columns), \(Message.reactions(viewer: "$6"))
            FROM messages m LEFT JOIN users s ON s.id = m.from_user
            WHERE m.conversation_id = $1 AND ($2::bigint IS NULL OR m.seq < $2)
              AND ($3::timestamptz IS NULL OR m.timestamp < $3) AND ($4::bigint IS NULL OR m.id < $4)
            ORDER BY m.seq DESC LIMIT $5
            """, conversation, seq, time, id, limit + 1, viewer, decode: Message.init(rowWithReactions:))
        return Page(messages: found.prefix(limit).reversed(), hasMore: found.count > limit)
    }

    /// Pinned messages of a conversation, the newest first.
    func pinned(in conversation: Int, viewer: Int) async throws(PostgresError) -> [Message] {
        try await database.rows(
            """
            SELECT \(Message.columns), \(Message.reactions(viewer: "$2"))
            FROM messages m LEFT JOIN users s ON s.id = m.from_user
            WHERE m.conversation_id = $1 AND m.pinned_at IS NOT NULL ORDER BY m.seq DESC LIMIT 100
            """, conversation, viewer, decode: Message.init(rowWithReactions:))
    }

    /// A message with where it is and what somebody is there.
    struct Located: Sendable {
        let message: Message
        let conversation: Int
        let isRoom: Bool
        let isPrivate: Bool
        let isMember: Bool
        let isBanned: Bool
        let role: MemberRole?
        let mutedUntil: Date?
        let authorRank: Role
        let recipients: [Int]
    }

    /// Locks the conversation of a message, and finds the message in it. To be called in a transaction.
    func located(_ id: Int, for viewer: Int) async throws(PostgresError) -> Located? {
        try await database.execute(
            """
            SELECT 1 FROM conversations WHERE id = (SELECT conversation_id FROM messages WHERE id = $1)
            FOR NO KEY UPDATE
            """, id)
        return try await database.row(
            """
            SELECT \(Message.columns), c.id AS conversation_id, c.kind = 'room' AS is_room,
              coalesce(r.is_private, true) AS is_private, coalesce(v.is_member, false) AS is_member,
              coalesce(v.is_banned, false) AS is_banned, v.role, v.muted_until, coalesce(s.role, 'user') AS author_rank,
              CASE WHEN c.kind <> 'room' THEN ARRAY(
                SELECT user_id FROM conversation_members WHERE conversation_id = c.id AND is_member ORDER BY user_id)
              END AS recipients
            FROM messages m JOIN conversations c ON c.id = m.conversation_id
            LEFT JOIN rooms r ON r.conversation_id = c.id LEFT JOIN users s ON s.id = m.from_user
            LEFT JOIN conversation_members v ON v.conversation_id = c.id AND v.user_id = $2
            WHERE m.id = $1
            """, id, viewer
        ) { row throws(PostgresError) in
            let rank: String = try row.decode("author_rank")
            return Located(
                message: try Message(row: row), conversation: try row.decode("conversation_id"),
                isRoom: try row.decode("is_room"), isPrivate: try row.decode("is_private"),
                isMember: try row.decode("is_member"), isBanned: try row.decode("is_banned"),
                role: try row.decode("role"), mutedUntil: try row.decode("muted_until"),
                authorRank: Role(rawValue: rank) ?? .user, recipients: try row.decode("recipients") ?? [])
        }
    }

    /// Replaces what a message says and keeps what it said.
    func edit(_ message: Message, _ text: MessageText) async throws(PostgresError) {
        try await database.execute(
            """
            WITH kept AS (INSERT INTO message_edits (message_id, content) VALUES ($1, $2))
            UPDATE messages SET content = $3, edited_at = now() WHERE id = $1
            """, message.id, message.content, text.text)
    }

    /// What a message said before each of its edits, the oldest first.
    func edits(of id: Int) async throws(PostgresError) -> [(content: String, replacedAt: Date)] {
        try await database.rows(
            "SELECT content, replaced_at FROM message_edits WHERE message_id = $1 ORDER BY id", id
        ) { row throws(PostgresError) in (try row.decode("content"), try row.decode("replaced_at")) }
    }

    /// Takes away what a message said and ever said, and what was answered it with. Its place in the sequence stays.
    func delete(_ id: Int, by user: Int) async throws(PostgresError) {
        try await database.execute(
            """
            WITH edits AS (DELETE FROM message_edits WHERE message_id = $1),
            reactions AS (DELETE FROM message_reactions WHERE message_id = $1)
            UPDATE messages SET content = '', attachments = NULL, deleted_at = now(), deleted_by = $2, pinned_at = NULL,
              pinned_by = NULL WHERE id = $1
            """, id, user)
    }

    /// Whether anything changed. A message has at most 20 different reactions.
    func react(_ id: Int, _ emoji: Emoji, by user: Int, isAdded: Bool) async throws(PostgresError) -> Bool {
        guard isAdded else {
            return try await database.execute(
                "DELETE FROM message_reactions WHERE message_id = $1 AND emoji = $2 AND user_id = $3",
                id, emoji.text, user) > 0
        }
        return try await database.execute(
            """
            INSERT INTO message_reactions (message_id, emoji, user_id)
            SELECT $1::bigint, $2::text, $3::int WHERE (
              SELECT count(DISTINCT emoji) FROM message_reactions WHERE message_id = $1 AND emoji <> $2) < 20
            ON CONFLICT DO NOTHING
            """, id, emoji.text, user) > 0
    }

    func pin(_ id: Int, by user: Int, isPinned: Bool) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE messages SET pinned_at = CASE WHEN $3::bool THEN now() END, pinned_by = CASE WHEN $3 THEN $2::int END
            WHERE id = $1 AND (pinned_at IS NOT NULL) <> $3
            """, id, user, isPinned) > 0
    }
}
