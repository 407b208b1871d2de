import NIOCore
import Synchronization

/// The sockets of one event loop, and the queue of what is to be done with them.
///
/// Other threads post commands; the first of a burst wakes the event loop, which then does all of them in order and
/// writes to each socket once. What waits here is what was posted within one turn of the loop.
final class SocketLoop: Sendable {
    enum Command: Sendable {
        case subscribe(SocketID, Int)
        case unsubscribe(SocketID, Int)
        case unsubscribeUser(Int, Int)
        case publish(ByteBuffer, to: Int, Importance)
        case publishToUsers(ByteBuffer, [Int], Importance)
        case send(SocketID, ByteBuffer)
        case close(Target, CloseCode, String)
    }

    /// Which sockets are to end.
    enum Target: Sendable {
        case one(SocketID)
        case user(Int)
        case all
    }

    /// Beyond this many waiting commands, droppable events are left out.
    private static let crowdedCommands = 10_000

    let eventLoop: any EventLoop
    private let inbox = Mutex<[Command]>([])
    private let table: NIOLoopBoundBox<SocketTable>
    private let metrics: SocketMetrics

    init(_ eventLoop: any EventLoop, _ policy: SocketPolicy, _ metrics: SocketMetrics) {
        self.eventLoop = eventLoop
        self.metrics = metrics
        table = NIOLoopBoundBox.makeBoxSendingValue(SocketTable(policy, metrics), eventLoop: eventLoop)
        eventLoop.scheduleRepeatedTask(initialDelay: policy.sweepInterval, delay: policy.sweepInterval) {
            [weak self] task in
            guard let self else { return task.cancel() }
            self.table.value.sweep(at: eventLoop.now)
        }
    }

    /// Queues a command, from any thread.
    func post(_ command: Command) {
        let isFirst = inbox.withLock { inbox in
            if case .publish(_, _, .droppable) = command, inbox.count >= Self.crowdedCommands { return false }
            inbox.append(command)
            return inbox.count == 1
        }
        if isFirst { eventLoop.execute { self.work() } }
    }

    /// On the event loop: a socket begins, or has ended.
    func add(_ connection: SocketConnection) { table.value.add(connection) }
    func remove(_ connection: SocketConnection) { table.value.remove(connection) }

    private func work() {
        let commands = inbox.withLock { inbox in
            let commands = inbox
            inbox = []
            return commands
        }
        table.value.apply(commands)
    }
}
