import Foundation
import Platform
import Postgres

/// The `room_invitations` table.
struct InvitationStore: Sendable {
    struct Invitation: Sendable {
        let room: String
        let description: String?
        let userID: Int
        let username: String
        let invitedBy: Int
        let createdAt: Date

        var record: JSONNode {
            .members([
                "room": .text(room), "description": description.map { .text($0) } ?? .null, "user_id": .integer(userID),
                "username": .text(username), "invited_by": .integer(invitedBy), "created_at": .time(createdAt),
            ])
        }
    }

    let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Again changes nothing. Gives whether it was new.
    func insert(_ user: Int, to conversation: Int, by inviter: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            INSERT INTO room_invitations (conversation_id, user_id, invited_by) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """, conversation, user, inviter) > 0
    }

    @discardableResult
    func delete(of user: Int, to conversation: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            "DELETE FROM room_invitations WHERE conversation_id = $1 AND user_id = $2", conversation, user) > 0
    }

    /// Those to a room, or those of an account, the newest first.
    func invitations(to conversation: Int? = nil, of user: Int? = nil) async throws(PostgresError) -> [Invitation] {
        try await database.rows(
            """
            SELECT r.name, r.description, i.user_id, u.username, i.invited_by, i.created_at
            FROM room_invitations i JOIN rooms r ON r.conversation_id = i.conversation_id JOIN users u ON u.id = i.user_id
            WHERE ($1::bigint IS NULL OR i.conversation_id = $1) AND ($2::bigint IS NULL OR i.user_id = $2)
            ORDER BY i.created_at DESC, i.user_id LIMIT 500
            """, conversation, user
        ) { row throws(PostgresError) in
            Invitation(
                room: try row.decode("name"), description: try row.decode("description"),
                userID: try row.decode("user_id"), username: try row.decode("username"),
                invitedBy: try row.decode("invited_by"), createdAt: try row.decode("created_at"))
        }
    }
}
