import Foundation
import Platform
import Postgres
import TestSupport
import Testing

@testable import Chat

/// Each command, by whoever may send it, in a public and a private room: what is answered.
struct CommandMatrixTests {
    enum Sender: String, CaseIterable, Sendable { case outsider, member, muted, banned, suspended, blocked }

    /// `answers`: the type of the first answer, or the code of the error, for each sender in the order of ``Sender``.
    struct Row: Sendable, CustomTestStringConvertible {
        let command: String
        let isPrivate: Bool
        let answers: [String]
        var testDescription: String { "\(command) in a \(isPrivate ? "private" : "public") room" }
    }

    static let rows: [Row] = [
        .init(
            command: #"{"type": "join", "room": "r"}"#, isPrivate: false,
            answers: ["joined", "joined", "joined", "banned", "joined", "joined"]),
        .init(
            command: #"{"type": "join", "room": "r"}"#, isPrivate: true,
            answers: ["not_found", "joined", "joined", "not_found", "joined", "joined"]),
        .init(
            command: #"{"type": "leave", "room": "r"}"#, isPrivate: false,
            answers: ["left", "left", "left", "banned", "left", "left"]),
        .init(
            command: #"{"type": "message", "room": "r", "content": "x"}"#, isPrivate: false,
            answers: ["not_joined", "ack", "muted", "banned", "account_suspended", "ack"]),
        .init(
            command: #"{"type": "message", "room": "r", "content": "x"}"#, isPrivate: true,
            answers: ["not_found", "ack", "muted", "not_found", "account_suspended", "ack"]),
        .init(
            command: #"{"type": "room_history", "room": "r"}"#, isPrivate: false,
            answers: ["room_history", "room_history", "room_history", "banned", "room_history", "room_history"]),
        .init(
            command: #"{"type": "room_history", "room": "r"}"#, isPrivate: true,
            answers: ["not_found", "room_history", "room_history", "not_found", "room_history", "room_history"]),
        .init(
            command: #"{"type": "resume", "room": "r", "after_seq": 1}"#, isPrivate: false,
            answers: ["not_joined", "resumed", "resumed", "banned", "resumed", "resumed"]),
        .init(
            command: #"{"type": "resume", "room": "r", "after_seq": 1}"#, isPrivate: true,
            answers: ["not_found", "resumed", "resumed", "not_found", "resumed", "resumed"]),
        .init(
            command: #"{"type": "read", "room": "r", "seq": 1}"#, isPrivate: false,
            answers: ["not_joined", "read", "read", "banned", "read", "read"]),
        .init(
            command: #"{"type": "typing", "room": "r"}"#, isPrivate: true,
            answers: ["not_found", "none", "none", "not_found", "account_suspended", "none"]),
        .init(
            command: #"{"type": "edit", "id": OWN, "content": "y"}"#, isPrivate: false,
            answers: ["not_joined", "edited", "muted", "not_found", "account_suspended", "edited"]),
        .init(
            command: #"{"type": "edit", "id": OTHERS, "content": "y"}"#, isPrivate: false,
            answers: ["not_joined", "forbidden", "muted", "not_found", "account_suspended", "forbidden"]),
        .init(
            command: #"{"type": "delete", "id": OTHERS}"#, isPrivate: false,
            answers: ["forbidden", "forbidden", "forbidden", "not_found", "forbidden", "forbidden"]),
        .init(
            command: #"{"type": "delete", "id": OTHERS}"#, isPrivate: true,
            answers: ["not_found", "forbidden", "forbidden", "not_found", "forbidden", "forbidden"]),
        .init(
            command: #"{"type": "delete", "id": OWN}"#, isPrivate: false,
            answers: ["deleted", "deleted", "deleted", "not_found", "account_suspended", "deleted"]),
        .init(
            command: #"{"type": "react", "id": OTHERS, "emoji": "👍"}"#, isPrivate: false,
            answers: ["not_joined", "reaction", "muted", "not_found", "account_suspended", "reaction"]),
        .init(
            command: #"{"type": "react", "id": OTHERS, "emoji": "👍"}"#, isPrivate: true,
            answers: ["not_found", "reaction", "muted", "not_found", "account_suspended", "reaction"]),
        .init(
            command: #"{"type": "unreact", "id": OTHERS, "emoji": "👍"}"#, isPrivate: false,
            answers: ["not_joined", "none", "muted", "not_found", "account_suspended", "none"]),
        .init(
            command: #"{"type": "presence", "status": "away"}"#, isPrivate: false,
            answers: ["presence", "presence", "presence", "presence", "presence", "presence"]),
        .init(
            command: #"{"type": "ping"}"#, isPrivate: false, answers: ["pong", "pong", "pong", "pong", "pong", "pong"]),
        .init(
            command: #"{"type": "dm", "to": OWNER, "content": "x"}"#, isPrivate: false,
            answers: ["ack", "ack", "ack", "ack", "account_suspended", "blocked"]),
        .init(
            command: #"{"type": "dm_history", "with": OWNER}"#, isPrivate: false,
            answers: ["dm_history", "dm_history", "dm_history", "dm_history", "dm_history", "dm_history"]),
        .init(
            command: #"{"type": "nonsense"}"#, isPrivate: false,
            answers: ["unknown_type", "unknown_type", "unknown_type", "unknown_type", "unknown_type", "unknown_type"]),
    ]

    @Test(arguments: rows)
    func answers(row: Row) async throws {
        try await ChatScene.run { scene in
            let owner = try await scene.person("owner")
            let room = try await scene.room("r", of: owner, isPrivate: row.isPrivate)
            for (sender, expected) in zip(Sender.allCases, row.answers) {
                let (caller, own) = try await Self.prepare(sender, room, scene)
                let others = try await Self.write(by: owner, room, scene)
                let client = await scene.node.connect(caller)
                await client.send(
                    row.command.replacing("OWNER", with: "\(owner.userID)").replacing("OWN", with: "\(own)")
                        .replacing("OTHERS", with: "\(others)"))
                // What is resumed comes before its answer.
                let first = client.socket.all.first { $0.type != "message" }
                #expect(first?.code ?? first?.type ?? "none" == expected, "\(sender): \(first?.text ?? "")")
                await client.disconnect()
            }
        }
    }

    /// Somebody who wrote when they could, and became what they are.
    private static func prepare(
        _ sender: Sender, _ room: Room, _ scene: ChatScene
    ) async throws -> (Caller, message: Int) {
        let caller = try await scene.person(sender.rawValue)
        let members = MemberStore(scene.database)
        try await members.add(caller.userID, to: room.conversation, readUpTo: 0)
        let own = try await write(by: caller, room, scene)
        switch sender {
        case .outsider: try await members.remove(caller.userID, from: room.conversation)
        case .member: break
        case .muted: try await members.mute(caller.userID, in: room.conversation, until: .distantFuture)
        case .banned: try await members.remove(caller.userID, from: room.conversation, banned: true)
        case .blocked:
            try await BlockStore(scene.database).insert(
                try await scene.owner(of: room), blocks: caller.userID)
        case .suspended:
            try await scene.database.execute("UPDATE users SET status = 'suspended' WHERE id = $1", caller.userID)
        }
        return (caller, own)
    }

    private static func write(by caller: Caller, _ room: Room, _ scene: ChatScene) async throws -> Int {
        let id = try await scene.database.row(
            "SELECT message_id FROM send_message($1, $2, 'x', NULL, NULL, NULL)", caller.userID, room.conversation
        ) { row throws(PostgresError) -> Int? in try row.decode("message_id") }
        guard let id, let id else { throw TestFailure("The message was refused.") }
        return id
    }
}

extension ChatScene {
    fileprivate func owner(of room: Room) async throws -> Int {
        let id = try await database.row(
            "SELECT user_id FROM conversation_members WHERE conversation_id = $1 AND role = 'owner'", room.conversation
        ) { row throws(PostgresError) -> Int in try row.decode("user_id") }
        guard let id else { throw TestFailure("The room has no owner.") }
        return id
    }
}
