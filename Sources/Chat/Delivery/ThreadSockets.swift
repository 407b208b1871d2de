import NIOCore
import Platform

/// The sockets of this node by whose they are, and what each was sent of threads and groups: those come to all sockets of
/// their members, each event once, in order. Guarded by the lock of ``Delivery``.
struct ThreadSockets {
    /// What one socket was sent of one conversation.
    struct Part {
        /// What comes by itself begins behind this one; what is before it is resumed.
        var start: Int
        /// The last one that was sent.
        var sent: Int
    }

    private final class Entry {
        let socket: any Socket
        var parts: [Int: Part] = [:]
        /// It is not known yet where its threads stand: what happens meanwhile is before its beginning.
        var isOpening = true

        init(_ socket: any Socket) { self.socket = socket }
    }

    private var users: [Int: [SocketID: Entry]] = [:]

    var connectedUsers: [Int] { Array(users.keys) }

    func isConnected(_ user: Int) -> Bool { users[user] != nil }

    mutating func add(_ socket: any Socket) { users[socket.caller.userID, default: [:]][socket.id] = Entry(socket) }

    mutating func remove(_ socket: any Socket) {
        let user = socket.caller.userID
        users[user]?[socket.id] = nil
        if users[user]?.isEmpty == true { users[user] = nil }
    }

    /// Takes where the threads of a socket stood when it came.
    func begin(_ socket: any Socket, _ threads: [EventLog.Thread]) {
        guard let entry = users[socket.caller.userID]?[socket.id] else { return }
        for thread in threads {
            let seq = max(thread.lastSeq, entry.parts[thread.conversation]?.sent ?? 0)
            entry.parts[thread.conversation] = Part(start: seq, sent: seq)
        }
        entry.isOpening = false
    }

    /// What a socket was sent of a conversation; that is nothing of one that began after it came.
    func part(_ socket: any Socket, _ conversation: Int) -> Part {
        users[socket.caller.userID]?[socket.id]?.parts[conversation] ?? Part(start: 0, sent: 0)
    }

    func set(_ part: Part, of socket: any Socket, _ conversation: Int) {
        users[socket.caller.userID]?[socket.id]?.parts[conversation] = part
    }

    /// What all sockets of these users were sent already: nil where none of them has one.
    func sent(_ conversation: Int, to members: [Int]) -> Int? {
        let entries = members.flatMap { users[$0].map { Array($0.values) } ?? [] }
        guard !entries.isEmpty else { return nil }
        return entries.filter { !$0.isOpening }.map { $0.parts[conversation]?.sent ?? 0 }.min() ?? .max
    }

    /// Sends an event to the sockets of a user that were not sent it yet.
    func send(_ frame: ByteBuffer, _ seq: Int, to user: Int, _ conversation: Int, _ stream: ConversationStream) {
        for (id, entry) in users[user] ?? [:] {
            let part = entry.parts[conversation] ?? Part(start: 0, sent: 0)
            guard seq > part.sent else { continue }
            entry.parts[conversation] = Part(start: entry.isOpening ? seq : part.start, sent: seq)
            if entry.isOpening { continue }
            if stream.holds[id] != nil { stream.holds[id]?.take(frame, seq) } else { entry.socket.send(frame) }
        }
    }
}
