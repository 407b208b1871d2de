import Foundation
import HTTPTypes
import NIOCore
import Platform
import Postgres

/// What became of a message.
struct SentMessage: Sendable {
    let conversation: Int
    let place: Place
    let message: Message
    /// Whom it concerns, outside of rooms.
    let recipients: [Int]
    /// It had been sent before, under the same client_id.
    let isRepeated: Bool

    /// What its sender is told.
    var acknowledgement: ByteBuffer {
        Frame.text(
            "ack",
            .members([
                "client_id": .text(message.clientID), "id": .integer(message.id), "seq": .integer(message.seq),
                "timestamp": .time(message.timestamp),
            ]))
    }

    /// What everybody there is told.
    var outgoing: Outgoing {
        LogEvent(
            seq: message.seq, kind: .message, place: place, actorID: message.from, message: message,
            recipients: recipients
        ).outgoing
    }
}

/// Sends messages: those to rooms in groups, where that goes, and all others each in one statement, which decides whether it may
/// be and gives it its number.
struct MessageSending: Sendable {
    /// What makes statements durable before it answers.
    private let commits: GroupCommit
    private let groups: MessageGroups
    /// Whether somebody may share something.
    private let mayShare: MayShare

    typealias MayShare = @Sendable (_ userID: Int, Attachment) async throws -> Bool

    init(commits: GroupCommit, mayShare: @escaping MayShare) {
        self.commits = commits
        self.mayShare = mayShare
        groups = MessageGroups(commits: commits)
    }

    /// Throws a ``Problem`` where the message was not stored, and nothing was sent.
    func send(_ draft: Draft, to address: Address, by caller: Caller) async throws -> SentMessage {
        for attachment in draft.attachments where try await !mayShare(caller.userID, attachment) {
            // What was stored before is answered with that, whatever has become of the attachment.
            guard try await !isStored(draft, by: caller) else { break }
            throw Problem(.notFound, code: "not_found", "There is no such \(attachment.type.rawValue) to share.")
        }
        let outcome =
            switch address {
            case .room(let name): try await send(draft, toRoom: name, by: caller)
            case .user(let id): try await send(draft, toUser: id, by: caller)
            case .group(let id): try await send(draft, toGroup: id, by: caller)
            }
        guard let outcome else { throw address.isRoom ? Problem.noSuchRoom : .noSuchGroup }
        guard let message = outcome.message(draft, by: caller), let conversation = outcome.conversation else {
            throw outcome.refusal
        }
        return SentMessage(
            conversation: conversation, place: outcome.place(address, by: caller), message: message,
            recipients: outcome.recipients, isRepeated: outcome.name == "repeated")
    }

    /// Whether there is a message under the client's name.
    private func isStored(_ draft: Draft, by caller: Caller) async throws(PostgresError) -> Bool {
        guard let clientID = draft.clientID else { return false }
        let found = try await commits.row(
            "SELECT 1 AS one FROM messages WHERE from_user = $1 AND client_id = $2", caller.userID, clientID
        ) { row throws(PostgresError) -> Int in try row.decode("one") }
        return found != nil
    }

    private func send(_ draft: Draft, toRoom name: RoomName, by caller: Caller) async throws -> Outcome? {
        let message = RoomMessage(
            room: name, sender: caller.userID, text: draft.text.text, clientID: draft.clientID, replyTo: draft.replyTo,
            attachments: try draft.attachmentsJSON)
        if let sent = try await groups.send(message) { return Outcome(sent) }
        return try await commits.row(
            """
            SELECT s.*, r.conversation_id AS place, r.name AS room, r.is_private
            FROM rooms r, send_message($2, r.conversation_id, $3, $4, $5, $6::jsonb) s WHERE r.folded_name = $1
            """, name.folded, caller.userID, draft.text.text, draft.clientID, draft.replyTo, try draft.attachmentsJSON
        ) { row throws(PostgresError) in
            var outcome = try Outcome(row: row)
            outcome.room = try row.decode("room")
            outcome.isPrivate = try row.decode("is_private")
            return outcome
        }
    }

    private func send(_ draft: Draft, toUser id: Int, by caller: Caller) async throws -> Outcome? {
        guard let id = Int32(exactly: id) else { throw Problem.noSuchUser }
        return try await commits.row(
            "SELECT * FROM send_direct_message($1, $2, $3, $4, $5, $6::jsonb)",
            caller.userID, id, draft.text.text, draft.clientID, draft.replyTo, try draft.attachmentsJSON,
            decode: Outcome.init(row:))
    }

    private func send(_ draft: Draft, toGroup id: Int, by caller: Caller) async throws -> Outcome? {
        try await commits.row(
            """
            SELECT s.*, c.id AS place
            FROM conversations c, send_message($2, c.id, $3, $4, $5, $6::jsonb) s WHERE c.id = $1 AND c.kind = 'group'
            """, id, caller.userID, draft.text.text, draft.clientID, draft.replyTo, try draft.attachmentsJSON
        ) { row throws(PostgresError) in
            var outcome = try Outcome(row: row)
            outcome.isGroup = true
            return outcome
        }
    }
}

/// What `send_message` answered.
private struct Outcome: Sendable {
    let name: String
    let conversation: Int?
    let id: Int?
    let seq: Int?
    let sentAt: Date?
    let waitSeconds: Int?
    let recipients: [Int]
    var room: String?
    var isPrivate = false
    var isGroup = false

    init(_ sent: MessageGroups.Sent) {
        name = "sent"
        conversation = sent.place
        id = sent.id
        seq = sent.seq
        sentAt = sent.sentAt
        waitSeconds = nil
        recipients = []
        room = sent.room
    }

    @Sendable init(row: Row) throws(PostgresError) {
        name = try row.decode("outcome")
        conversation = try row.decode("place")
        id = try row.decode("message_id")
        seq = try row.decode("message_seq")
        sentAt = try row.decode("sent_at")
        waitSeconds = try row.decode("wait_seconds")
        recipients = try row.decode("recipients") ?? []
    }

    /// The message, where it is stored.
    func message(_ draft: Draft, by caller: Caller) -> Message? {
        guard name == "sent" || name == "repeated", let id, let seq, let sentAt else { return nil }
        return Message(
            id: id, seq: seq, from: caller.userID, username: caller.username, content: draft.text.text,
            timestamp: sentAt, clientID: draft.clientID, replyTo: draft.replyTo, attachments: draft.attachments)
    }

    func place(_ address: Address, by caller: Caller) -> Place {
        switch address {
        case .room(let name): .room(room ?? name.text)
        case .user(let id): .direct(min(id, caller.userID), max(id, caller.userID))
        case .group(let id): .group(id)
        }
    }

    /// Why it is not. Nobody learns of a private room, or of a group, by writing to it.
    var refusal: Problem {
        switch name {
        case "conflict": .otherMessage
        case "suspended": .suspended
        case "not_joined", "banned":
            isGroup ? .noSuchGroup : isPrivate ? .noSuchRoom : name == "banned" ? .roomBanned : .notJoined
        case "muted": .muted
        case "slow_mode": .slowMode(waitSeconds ?? 1)
        case "no_reply_target": .noReplyTarget
        case "no_such_user": .noSuchUser
        case "blocked": .blockedUser
        default: .noSuchRoom
        }
    }
}

extension Draft {
    /// Null where there are none.
    fileprivate var attachmentsJSON: String? {
        get throws {
            guard !attachments.isEmpty else { return nil }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(attachments), as: UTF8.self)
        }
    }
}

extension Address {
    fileprivate var isRoom: Bool { if case .room = self { true } else { false } }
}
