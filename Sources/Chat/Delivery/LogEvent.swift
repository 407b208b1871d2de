import Foundation
import NIOCore
import Platform
import Postgres

/// One event of a conversation's log.
struct LogEvent: Sendable {
    /// What happened; the raw value is the event's `type`, but that a message between people is a `dm`.
    enum Kind: String, Sendable, PostgresCodable {
        case message, edited, deleted, reaction, membership, pin
        case roomUpdated = "room_updated"
    }

    let seq: Int
    let kind: Kind
    let place: Place
    /// Who did it.
    let actorID: Int?
    /// What it is about, as it is now.
    let message: Message?
    /// Further members of the event.
    var detail: JSONNode = .object([])
    /// Whom it concerns outside of rooms.
    var recipients: [Int] = []

    /// A frame for each group of those who are told; in a room there is one for all.
    var outgoing: Outgoing {
        Outgoing(
            seq: seq, frames: frames, isRoom: isRoom,
            endsFor: kind == .membership && Self.endings.contains(detail["change"]) ? userID : nil)
    }

    /// As it is told to this account.
    func frame(for viewer: Int) -> ByteBuffer { Frame.text(type, data(for: viewer)) }

    private var isRoom: Bool { if case .room = place { true } else { false } }
    private static let endings: [JSONNode?] = [.text("left"), .text("kicked"), .text("banned")]

    private var userID: Int? {
        if case .integer(let id) = detail["user_id"] { id } else { nil }
    }

    private var type: String { kind == .message && !isRoom ? "dm" : kind.rawValue }

    private var frames: [Outgoing.Frame] {
        switch place {
        case .room: [.init(users: [], text: Frame.text(type, data(for: nil)))] + farewell
        // Each side is told who the other is.
        case .direct where kind != .message:
            recipients.map { .init(users: [$0], text: Frame.text(type, data(for: $0))) }
        case .direct, .group: [.init(users: recipients, text: Frame.text(type, data(for: nil)))]
        }
    }

    /// What somebody is told whom others made leave.
    private var farewell: [Outgoing.Frame] {
        guard kind == .membership, let userID, let change = detail["change"], change != .text("left"),
            Self.endings.contains(change)
        else { return [] }
        let node: JSONNode = .members(["reason": change, "by": .integer(actorID), "seq": .integer(seq)])
        return [
            .init(users: [userID], text: Frame.text("kicked", .object([place.member(for: userID)] + node.members)))
        ]
    }

    private func data(for viewer: Int?) -> JSONNode {
        if kind == .message, let message {
            guard case .direct(let low, let high) = place else { return message.node(place.member(for: viewer)) }
            return message.node(nil, recipient: message.from == low ? high : low)
        }
        let about: JSONNode = .members([
            "seq": .integer(seq), "id": .integer(message?.id), "by": .integer(actorID),
            "content": kind == .edited ? .text(message?.content) : nil,
            "edited_at": kind == .edited ? .time(message?.editedAt) : nil,
        ])
        return .object([place.member(for: viewer)] + about.members + detail.members)
    }
}

/// An event as text, for those who are told of it.
struct Outgoing: Sendable {
    struct Frame: Sendable {
        /// Empty in a room, where all who listen are told.
        let users: [Int]
        let text: ByteBuffer
    }

    let seq: Int
    let frames: [Frame]
    let isRoom: Bool
    /// Whose subscription ends with it.
    let endsFor: Int?
}

extension LogEvent {
    @Sendable init(row: Row) throws(PostgresError) {
        seq = try row.decode("event_seq")
        kind = try row.decode("event_kind")
        actorID = try row.decode("actor_id")
        let messageID: Int? = try row.decode("id")
        message = messageID == nil ? nil : try Message(row: row)
        recipients = try row.decode("recipients") ?? []
        let detail: String? = try row.decode("detail")
        if let detail { self.detail = JSONNode(parsing: detail) ?? .object([]) }
        place = try Place(row: row)
    }
}
