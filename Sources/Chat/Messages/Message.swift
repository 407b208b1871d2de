import Foundation
import Platform
import Postgres

/// One message, as it is now.
struct Message: Sendable {
    let id: Int
    let seq: Int
    /// Nil where the account is gone.
    let from: Int?
    let username: String?
    /// Empty once it is deleted.
    let content: String
    let timestamp: Date
    var clientID: String?
    var replyTo: Int?
    var attachments: [Attachment] = []
    var editedAt: Date?
    var isDeleted = false
    var isPinned = false
    var reactions: [Reaction] = []

    /// How often something was answered with, and whether the viewer is among them.
    struct Reaction: Codable, Sendable {
        let emoji: String
        let count: Int
        let mine: Bool
    }

    /// What ``init(row:)`` reads, of `messages m` and its `users s`.
    static let columns = """
        m.id, m.seq, m.from_user, s.username, m.content, m.timestamp, m.client_id, m.reply_to,
        m.attachments::text AS attachments, m.edited_at, m.deleted_at IS NOT NULL AS is_deleted,
        m.pinned_at IS NOT NULL AS is_pinned
        """

    /// The reactions to `messages m`, for the viewer in parameter `$N`.
    static func reactions(viewer parameter: String) -> String {
        """
        (SELECT json_agg(json_build_object('emoji', e.emoji, 'count', e.count, 'mine', e.mine) ORDER BY e.first)::text
         FROM (SELECT emoji, count(*) AS count, bool_or(user_id = \(parameter)) AS mine, min(created_at) AS first
               FROM message_reactions WHERE message_id = m.id GROUP BY emoji) e) AS reactions
        """
    }

    /// What was added to it, which every form of it ends with.
    private var additions: [JSONNode.Member] {
        let additions: JSONNode = .members([
            "client_id": .text(clientID), "reply_to": .integer(replyTo),
            "attachments": attachments.isEmpty ? nil : .list(attachments.map(\.node)),
            "edited_at": .time(editedAt), "deleted": isDeleted ? .bool(true) : nil,
            "pinned": isPinned ? .bool(true) : nil,
            "reactions": reactions.isEmpty
                ? nil
                : .list(
                    reactions.map { reaction in
                        .members([
                            "emoji": .text(reaction.emoji), "count": .integer(reaction.count),
                            "mine": .bool(reaction.mine),
                        ])
                    }),
        ])
        return additions.members
    }

    /// The message in an event or a history of the socket.
    /// - Parameter place: members that say where it is: `room`; `from` stands beside it.
    func node(_ place: JSONNode.Member?, recipient: Int? = nil) -> JSONNode {
        let members: JSONNode = .members([
            "from": from.map { .integer($0) } ?? .null, "to": .integer(recipient),
            "username": username.map { .text($0) } ?? .null, "content": .text(content),
            "timestamp": .time(timestamp), "id": .integer(id), "seq": .integer(seq),
        ])
        return .object((place.map { [$0] } ?? []) + members.members + additions)
    }

    /// The message in an answer of the REST API.
    var record: JSONNode {
        let members: JSONNode = .members([
            "id": .integer(id), "from_user": from.map { .integer($0) } ?? .null,
            "username": username.map { .text($0) } ?? .null, "content": .text(content),
            "timestamp": .time(timestamp), "seq": .integer(seq),
        ])
        return .object(members.members + additions)
    }
}

extension Message {
    @Sendable init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        seq = try row.decode("seq")
        from = try row.decode("from_user")
        username = try row.decode("username")
        content = try row.decode("content")
        timestamp = try row.decode("timestamp")
        clientID = try row.decode("client_id")
        replyTo = try row.decode("reply_to")
        attachments = try Self.list(try row.decode("attachments"))
        editedAt = try row.decode("edited_at")
        isDeleted = try row.decode("is_deleted")
        isPinned = try row.decode("is_pinned")
    }

    /// With the column that ``reactions(viewer:)`` is.
    @Sendable init(rowWithReactions row: Row) throws(PostgresError) {
        try self.init(row: row)
        reactions = try Self.list(try row.decode("reactions"))
    }

    private static func list<Item: Decodable>(_ text: String?) throws(PostgresError) -> [Item] {
        guard let text else { return [] }
        do {
            return try JSONDecoder().decode([Item].self, from: Data(text.utf8))
        } catch {
            throw PostgresError(.undecodable, "A list of a message cannot be read: \(error)")
        }
    }
}
