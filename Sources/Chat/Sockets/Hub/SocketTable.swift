import NIOCore

/// The sockets of one event loop, always used on it.
///
/// Frames that follow each other to the same conversation are joined into one run of bytes, which every member gets in one write
/// and one flush. A frame for somebody else ends the run; one for a single member lets only that one catch up first.
/// So all events reach every socket in the order in which they were published.
final class SocketTable {
    private struct Run {
        let members: ConversationMembers
        let importance: Importance
        let number: Int
        var bytes: ByteBuffer
        var frames = 1
    }

    /// A longer run is sent before it grows further, so that slow readers are noticed.
    private static let maximumRunBytes = 64 << 10

    private let policy: SocketPolicy
    private let metrics: SocketMetrics
    private var connections: [SocketID: SocketConnection] = [:]
    private var conversations: [Int: ConversationMembers] = [:]
    private var users: [Int: [SocketConnection]] = [:]
    private var run: Run?
    private var runs = 0
    private var unflushed: [SocketConnection] = []
    /// Those of them who were sent something for them alone.
    private var urgent: [SocketConnection] = []
    private var delivered = 0

    init(_ policy: SocketPolicy, _ metrics: SocketMetrics) {
        self.policy = policy
        self.metrics = metrics
    }

    func add(_ connection: SocketConnection) {
        connections[connection.socket.id] = connection
        users[connection.socket.userID, default: []].append(connection)
    }

    func remove(_ connection: SocketConnection) {
        guard connections.removeValue(forKey: connection.socket.id) != nil else { return }
        for conversation in Array(connection.places.keys) { end(connection, conversation) }
        let userID = connection.socket.userID
        users[userID]?.removeAll { $0 === connection }
        if users[userID]?.isEmpty == true { users[userID] = nil }
    }

    /// Does what was posted, in order. What came of it goes out with the next call of ``sendUrgent()`` or ``sendAll()``.
    func apply(_ commands: [SocketLoop.Command]) {
        for command in commands { apply(command) }
    }

    /// Sends all that there is to those who were sent something for them alone.
    func sendUrgent() {
        for connection in urgent { connection.flush() }
        urgent.removeAll(keepingCapacity: true)
    }

    /// Sends everything; gives whether there was anything.
    func sendAll() -> Bool {
        endRun()
        urgent.removeAll(keepingCapacity: true)
        guard !unflushed.isEmpty else { return false }
        let written = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for connection in written { connection.flush() }
        metrics.delivered(delivered)
        delivered = 0
        return true
    }

    /// Looks whether a ping is due, a token has expired or somebody has died.
    func sweep(at time: NIODeadline) {
        guard !connections.isEmpty else { return }
        let date = policy.now()
        for connection in Array(connections.values) { connection.sweep(at: time, date) }
    }

    private func apply(_ command: SocketLoop.Command) {
        switch command {
        case .subscribe(let id, let conversation):
            if let connection = connections[id] { begin(connection, conversation) }
        case .unsubscribe(let id, let conversation):
            if let connection = connections[id] { end(connection, conversation) }
        case .unsubscribeUser(let user, let conversation):
            for connection in users[user] ?? [] { end(connection, conversation) }
        case .publish(let frame, let conversation, let importance):
            publish(frame, conversation, importance)
        case .publishToUsers(let frame, let users, let importance):
            for user in users {
                for connection in self.users[user] ?? [] { write(frame, to: connection, importance) }
            }
        case .send(let id, let frame):
            if let connection = connections[id] { write(frame, to: connection, .kept) }
        case .close(let target, let code, let reason):
            endRun()
            for connection in found(target) { connection.close(code, reason: reason) }
        }
    }

    private func found(_ target: SocketLoop.Target) -> [SocketConnection] {
        switch target {
        case .one(let id): connections[id].map { [$0] } ?? []
        case .user(let user): users[user] ?? []
        case .all: Array(connections.values)
        }
    }

    // MARK: Subscriptions

    private func begin(_ connection: SocketConnection, _ conversation: Int) {
        guard connection.places[conversation] == nil else { return }
        guard connection.places.count < policy.maximumSubscriptions else {
            endRun()
            return connection.close(.policyViolation, reason: "This connection listens to too many conversations.")
        }
        let members = conversations[conversation] ?? ConversationMembers(conversation)
        conversations[conversation] = members
        members.add(connection)
        // What was published before is not for it.
        if let run, run.members === members { connection.mark(run.number, run.bytes.readableBytes) }
    }

    private func end(_ connection: SocketConnection, _ conversation: Int) {
        guard let members = conversations[conversation], connection.places[conversation] != nil else { return }
        catchUp(connection)
        _ = members.remove(connection)
        if members.connections.isEmpty, run?.members !== members { conversations[conversation] = nil }
    }

    // MARK: Writing

    private func publish(_ frame: ByteBuffer, _ conversation: Int, _ importance: Importance) {
        guard let members = conversations[conversation], !members.connections.isEmpty else { return }
        guard !joinsRun(members, importance) else {
            run?.bytes.writeImmutableBuffer(frame)
            run?.frames += 1
            return
        }
        endRun()
        runs += 1
        run = Run(members: members, importance: importance, number: runs, bytes: frame)
    }

    private func joinsRun(_ members: ConversationMembers, _ importance: Importance) -> Bool {
        guard let run else { return false }
        return run.members === members && run.importance == importance
            && run.bytes.readableBytes < Self.maximumRunBytes
    }

    private func endRun() {
        guard let ended = run else { return }
        run = nil
        for connection in ended.members.connections {
            let sent = connection.marked(in: ended.number)
            guard sent < ended.bytes.readableBytes else { continue }
            if sent == 0 {
                deliver(ended.bytes, frames: ended.frames, to: connection, ended.importance)
            } else if let rest = ended.bytes.getSlice(
                at: ended.bytes.readerIndex + sent, length: ended.bytes.readableBytes - sent)
            {
                deliver(rest, frames: 1, to: connection, ended.importance)
            }
        }
        if ended.members.connections.isEmpty { conversations[ended.members.conversation] = nil }
    }

    /// Lets one member have what the run holds so far.
    private func catchUp(_ connection: SocketConnection) {
        guard let run, connection.places[run.members.conversation] != nil else { return }
        let sent = connection.marked(in: run.number)
        let count = run.bytes.readableBytes - sent
        guard count > 0, let part = run.bytes.getSlice(at: run.bytes.readerIndex + sent, length: count) else { return }
        connection.mark(run.number, run.bytes.readableBytes)
        deliver(part, frames: 1, to: connection, run.importance)
    }

    private func write(_ frame: ByteBuffer, to connection: SocketConnection, _ importance: Importance) {
        catchUp(connection)
        deliver(frame, frames: 1, to: connection, importance)
        urgent.append(connection)
    }

    private func deliver(_ bytes: ByteBuffer, frames: Int, to connection: SocketConnection, _ importance: Importance) {
        guard connection.deliver(bytes, frames: frames, importance) else { return }
        delivered += frames
        if connection.claimFlush() { unflushed.append(connection) }
    }
}
