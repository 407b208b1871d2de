import NIOCore
import Platform
import Synchronization

/// Who is here, on this node. Told, and dropped where a reader is slow, to the rooms that somebody hears. It lasts as
/// long as somebody's last socket.
final class Presence: Sendable {
    /// Comings and goings are not told where more sockets than this hear a room: all would be told of all.
    private static let maximumAudience = 200

    private let statuses = Mutex<[Int: PresenceStatus]>([:])
    private let fanout: any Fanout
    private let sockets: OpenSockets
    private let delivery: Delivery

    init(fanout: any Fanout, sockets: OpenSockets, delivery: Delivery) {
        self.delivery = delivery
        self.fanout = fanout
        self.sockets = sockets
    }

    func status(of user: Int) -> PresenceStatus { statuses.withLock { $0[user] ?? .offline } }

    func came(_ caller: Caller) { statuses.withLock { $0[caller.userID] = .online } }

    func left(_ caller: Caller, heard rooms: Set<Int>) {
        statuses.withLock { $0[caller.userID] = nil }
        tell(caller, .offline, to: rooms)
    }

    func set(_ status: PresenceStatus, of caller: Caller) {
        statuses.withLock { $0[caller.userID] = status }
        let frame = Self.frame(caller, status)
        let conversations = sockets.rooms(of: caller.userID)
        for conversation in conversations { fanout.publish(frame, to: conversation, importance: .droppable) }
        // Who hears no room sees the answer all the same.
        if conversations.isEmpty { fanout.publish(frame, toUsers: [caller.userID], importance: .droppable) }
    }

    /// Tells a room of somebody who has begun to hear it.
    func show(_ caller: Caller, in conversation: Int) {
        let status = status(of: caller.userID)
        // Whoever says to be offline comes unseen.
        if status != .offline { tell(caller, status, to: [conversation]) }
    }

    private func tell(_ caller: Caller, _ status: PresenceStatus, to conversations: Set<Int>) {
        let frame = Self.frame(caller, status)
        for conversation in conversations
        where delivery.listenerCount(in: conversation) <= Self.maximumAudience {
            fanout.publish(frame, to: conversation, importance: .droppable)
        }
    }

    static func frame(_ caller: Caller, _ status: PresenceStatus) -> ByteBuffer {
        Frame.text(
            "presence",
            .members([
                "user_id": .integer(caller.userID), "username": .text(caller.username),
                "status": .text(status.rawValue),
            ]))
    }
}
