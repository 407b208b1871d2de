import NIOCore
import Synchronization

/// The sockets of one event loop, and the queue of what is to be done with them.
///
/// Other threads post commands; the first of a burst wakes the event loop, which then does all of them in order and
/// writes to each socket once. Having written to many it rests a moment, so that what is published meanwhile goes out together:
/// a write costs far more than what is in it. What is for one socket alone, an acknowledgement, does not wait for that.
/// What waits here is what was posted within one turn of the loop and a rest.
final class SocketLoop: Sendable {
    enum Command: Sendable {
        case subscribe(SocketID, Int)
        case unsubscribe(SocketID, Int)
        case unsubscribeUser(Int, Int)
        case publish(ByteBuffer, to: Int, Importance)
        case publishToUsers(ByteBuffer, [Int], Importance)
        case send(SocketID, ByteBuffer)
        case close(Target, CloseCode, String)

        /// It may wait until a rest is over.
        var isPatient: Bool {
            switch self {
            case .publish, .subscribe, .unsubscribe, .unsubscribeUser: true
            case .publishToUsers, .send, .close: false
            }
        }
    }

    /// Which sockets are to end.
    enum Target: Sendable {
        case one(SocketID)
        case user(Int)
        case all
    }

    /// Beyond this many waiting commands, droppable events are left out.
    private static let crowdedCommands = 10_000
    /// A turn that took as long as this is followed by a rest, so much longer than itself; but the next turn begins so long after the
    /// beginning of the last at most. So a loop with little to send does it at once, and one that sends all the time never rests.
    private static let longTurn = TimeAmount.microseconds(50)
    private static let restFactor: Int64 = 20
    private static let maximumPause = TimeAmount.milliseconds(5)

    private struct Inbox {
        var commands: [Command] = []
        /// Somebody will look into it at once.
        var isWatched = false
        /// Somebody will when the rest is over.
        var isResting = false
    }

    let eventLoop: any EventLoop
    /// For tasks that must not take long.
    let executor: LoopExecutor
    private let inbox = Mutex(Inbox())
    private let table: NIOLoopBoundBox<SocketTable>
    private let metrics: SocketMetrics

    init(_ eventLoop: any EventLoop, _ policy: SocketPolicy, _ metrics: SocketMetrics) {
        self.eventLoop = eventLoop
        executor = LoopExecutor(eventLoop)
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
        let mustWake = inbox.withLock { inbox in
            if case .publish(_, _, .droppable) = command, inbox.commands.count >= Self.crowdedCommands { return false }
            inbox.commands.append(command)
            guard !inbox.isWatched, !inbox.isResting || !command.isPatient else { return false }
            inbox.isWatched = true
            return true
        }
        if mustWake { eventLoop.execute { self.work() } }
    }

    /// On the event loop: a socket begins, or has ended.
    func add(_ connection: SocketConnection) { table.value.add(connection) }
    func remove(_ connection: SocketConnection) { table.value.remove(connection) }

    /// Does what was posted; what was published is sent unless the loop rests.
    private func work() {
        let start = NIODeadline.now()
        let (commands, isResting) = inbox.withLock { inbox in
            defer { (inbox.commands, inbox.isWatched) = ([], false) }
            return (inbox.commands, inbox.isResting)
        }
        if !commands.isEmpty { table.value.apply(commands) }
        if isResting { return table.value.sendUrgent() }
        guard table.value.sendAll() else { return }
        rest(since: start)
    }

    /// Has what is published from now on wait until it is time to look again.
    private func rest(since start: NIODeadline) {
        let now = NIODeadline.now()
        let took = now - start
        guard took >= Self.longTurn, took < Self.maximumPause else { return }
        let rest = TimeAmount.nanoseconds(took.nanoseconds * Self.restFactor)
        inbox.withLock { $0.isResting = true }
        eventLoop.scheduleTask(deadline: min(start + Self.maximumPause, now + rest)) {
            self.inbox.withLock { $0.isResting = false }
            self.work()
        }
    }
}
