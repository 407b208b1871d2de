import Foundation
import Postgres
import TestSupport

/// Rooms, groups and messages of the matrix.
extension PermissionScene {
    static let chatMakers: [String: Maker] = [
        "room": { try await $0.makeRoom(for: $1) },
        "private room": { try await $0.makeRoom(for: $1, isPrivate: true) },
        "room member": { try await $0.makeRoomMember(for: $1) },
        "room invitation": { try await $0.makeRoomInvitation(for: $1) },
        "message": { try await $0.makeMessage(for: $1) },
        "private message": { try await $0.makeMessage(for: $1, isPrivate: true) },
        "group": { try await $0.makeGroup(for: $1) },
        "other user": { scene, _ in ["user_id": "\(try await scene.another(.stranger).id)"] },
    ]

    private func makeRoom(for owner: Person, isPrivate: Bool = false) async throws -> [String: String] {
        let name = "room \(Self.unique())"
        let conversation = try await number(
            """
            WITH made AS (INSERT INTO conversations (kind) VALUES ('room') RETURNING id),
            room AS (INSERT INTO rooms (name, folded_name, is_private, created_by, conversation_id)
              SELECT $1, $1, $2, $3::int, id FROM made)
            INSERT INTO conversation_members (conversation_id, user_id, role) SELECT id, $3, 'owner' FROM made
            RETURNING conversation_id
            """, name, isPrivate, owner.id)
        return ["room": name.replacing(" ", with: "%20"), "conversation": "\(conversation)"]
    }

    private func makeRoomMember(for owner: Person) async throws -> [String: String] {
        let room = try await makeRoom(for: owner)
        let member = try await another(.stranger)
        try await database.execute(
            "INSERT INTO conversation_members (conversation_id, user_id) VALUES ($1, $2)",
            Int(room["conversation", default: ""]), member.id)
        return room.merging(["user_id": "\(member.id)"]) { old, _ in old }
    }

    private func makeRoomInvitation(for owner: Person) async throws -> [String: String] {
        let room = try await makeRoom(for: owner, isPrivate: true)
        let invited = try await another(.stranger)
        try await database.execute(
            "INSERT INTO room_invitations (conversation_id, user_id, invited_by) VALUES ($1, $2, $3)",
            Int(room["conversation", default: ""]), invited.id, owner.id)
        return room.merging(["user_id": "\(invited.id)"]) { old, _ in old }
    }

    private func makeMessage(for owner: Person, isPrivate: Bool = false) async throws -> [String: String] {
        let room = try await makeRoom(for: owner, isPrivate: isPrivate)
        let id = try await number(
            """
            WITH numbered AS (UPDATE conversations SET last_seq = 1 WHERE id = $1)
            INSERT INTO messages (conversation_id, seq, from_user, content) VALUES ($1, 1, $2, 'x') RETURNING id
            """, Int(room["conversation", default: ""]), owner.id)
        return room.merging(["id": "\(id)"]) { old, _ in old }
    }

    private func makeGroup(for owner: Person) async throws -> [String: String] {
        let id = try await number(
            """
            WITH made AS (INSERT INTO conversations (kind) VALUES ('group') RETURNING id)
            INSERT INTO conversation_members (conversation_id, user_id) SELECT id, $1 FROM made RETURNING conversation_id
            """, owner.id)
        return ["id": "\(id)"]
    }
}
