import Logging
import Platform
import Postgres

/// Tells members that they were named or answered in a message.
struct Mentions: Sendable {
    let database: Database
    let notify: @Sendable (_ userID: Int, _ kind: String, _ payload: JSONNode) async throws -> Void
    let logger: Logger

    /// Only members learn of what is said in their rooms, and nobody of whom they block.
    func tell(of sent: SentMessage) async {
        let message = sent.message
        let names = MessageText.mentions(in: message.content)
        guard case .room(let room) = sent.place, !names.isEmpty || message.replyTo != nil else { return }
        do {
            let concerned = try await concerned(by: sent, names)
            for (user, kind) in concerned {
                try await notify(
                    user, kind,
                    .members([
                        "room": .text(room), "message_id": .integer(message.id), "seq": .integer(message.seq),
                        "from": .integer(message.from), "username": .text(message.username),
                        "content": .text(String(message.content.unicodeScalars.prefix(200))),
                    ]))
            }
        } catch {
            logger.warning("A mention was not told", metadata: ["error": "\(error)"])
        }
    }

    private func concerned(by sent: SentMessage, _ names: [String]) async throws(PostgresError) -> [(Int, String)] {
        try await database.rows(
            """
            SELECT m.user_id, CASE WHEN lower(u.username) = ANY($3::text[]) THEN 'mention' ELSE 'reply' END AS kind
            FROM conversation_members m JOIN users u ON u.id = m.user_id
            WHERE m.conversation_id = $1 AND m.is_member AND m.user_id <> $2::bigint AND m.notifications <> 'none'
              AND (m.silenced_until IS NULL OR m.silenced_until < now())
              AND (lower(u.username) = ANY($3) OR m.user_id = (SELECT from_user FROM messages WHERE id = $4::bigint))
              AND NOT EXISTS (SELECT FROM blocks b WHERE b.blocker_id = m.user_id AND b.blocked_id = $2)
            ORDER BY m.user_id
            """, sent.conversation, sent.message.from, names, sent.message.replyTo
        ) { row throws(PostgresError) in (try row.decode("user_id"), try row.decode("kind")) }
    }
}
