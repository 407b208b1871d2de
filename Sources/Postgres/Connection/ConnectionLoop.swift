import CLibPQ
import Glibc
import Logging
import Synchronization

/// What a connection's thread does, and all it knows. Created and used on that thread only.
final class ConnectionLoop {
    /// Statements sent and not yet answered, at most: enough to keep the server busy, few enough to be lost together.
    private static let maxInFlight = 512
    /// How much longer than the server's time-out a shared connection waits before it takes the server for dead.
    private static let stallGrace = Duration.seconds(10)

    let connection: Connection
    var session: Session?
    var backlog = Queue<Request>()
    var inFlight = Queue<InFlight>()
    private var hasUnsentBytes = false
    private var backoff = Backoff()
    private var nextAttempt: ContinuousClock.Instant?
    private var lastFailure = "it has not been tried yet"
    private var descriptors: [pollfd]

    init(_ connection: Connection) {
        self.connection = connection
        descriptors = [pollfd(fd: connection.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
    }

    /// Serves until the connection is closed, or, in a pool, until its session ends.
    func run() {
        while takeInbox() {
            dropUnwanted()
            guard session != nil else {
                guard connectOrWait() else { break }
                continue
            }
            guard pump(), wait(), receive() else {
                loseSession("The connection to the database broke: \(session?.lastMessage ?? "closed").")
                if connection.role == .pooled { break }
                continue
            }
        }
        end()
    }

    /// Takes what was asked since; false when it is time to end.
    private func takeInbox() -> Bool {
        let (requests, wishes) = connection.inbox.withLock { inbox in
            let requests = inbox.requests
            inbox.requests.removeAll(keepingCapacity: true)
            inbox.backlogCount = backlog.count + requests.count
            return (requests, (isClosing: inbox.isClosing, isAborting: inbox.isAborting))
        }
        for request in requests { backlog.append(request) }
        if wishes.isAborting { return false }
        return !wishes.isClosing || !backlog.isEmpty || !inFlight.isEmpty
    }

    /// Fails what its task no longer wants, or what has waited too long.
    private func dropUnwanted() {
        if connection.hasCancellations.exchange(false, ordering: .acquiring) {
            for request in backlog.removeAll(where: \.cancellation.isCancelled) { failCancelled(request) }
        }
        let now = ContinuousClock.now
        while let request = backlog.first, request.deadline <= now {
            _ = backlog.popFirst()
            let reason = session == nil ? lastFailure : "all its connections are busy"
            request.fail(.unavailable, "The database did not take a statement in time: \(reason).")
        }
    }

    private func failCancelled(_ request: Request) {
        request.fail(.cancelled, "The task was cancelled before its statement was sent.")
    }

    // MARK: Connecting

    /// Without a session: waits until there is a reason to connect, and tries. False when a pooled connection gives up.
    private func connectOrWait() -> Bool {
        let isWanted = connection.role == .listener || !backlog.isEmpty
        if !isWanted {
            poll(until: nil)
        } else if let nextAttempt, nextAttempt > .now {
            poll(until: min(nextAttempt, backlog.first?.deadline ?? nextAttempt))
        } else {
            connect()
        }
        return true
    }

    private func connect() {
        do throws(PostgresError) {
            session = try Session(connection.settings)
            connection.sessions.wrappingAdd(1, ordering: .releasing)
            backoff.succeeded()
            nextAttempt = nil
            connection.onEvent?(.connected)
        } catch {
            lastFailure = error.message
            nextAttempt = .now + backoff.failed()
            connection.logger.warning("Database connection failed", metadata: ["reason": "\(error.message)"])
        }
    }

    /// Fails everything on its way; what was not sent stays, unless the connection belonged to one task.
    private func loseSession(_ reason: String) {
        connection.logger.warning("Database connection lost", metadata: ["reason": "\(reason)"])
        session = nil
        connection.onEvent?(.disconnected)
        hasUnsentBytes = false
        lastFailure = reason
        connection.busySinceNanoseconds.store(0, ordering: .relaxed)
        while let lost = inFlight.popFirst() {
            lost.request.fail(.connectionLost, "\(reason) The statement may or may not have been executed.")
        }
    }

    private func end() {
        session = nil
        let (requests, continuations) = connection.inbox.withLock { inbox in
            inbox.hasEnded = true
            defer {
                inbox.requests = []
                inbox.endContinuations = []
            }
            return (inbox.requests, inbox.endContinuations)
        }
        let reason = "The connection to the database is closed."
        while let lost = inFlight.popFirst() { lost.request.fail(.connectionLost, reason) }
        while let request = backlog.popFirst() { request.fail(.connectionLost, reason) }
        for request in requests { request.fail(.connectionLost, reason) }
        for continuation in continuations { continuation.resume() }
    }

    // MARK: Sending

    /// Sends what may be on its way at once; false when the connection broke.
    private func pump() -> Bool {
        guard let session else { return false }
        let limit = connection.role == .pooled ? 1 : Self.maxInFlight
        guard !backlog.isEmpty, inFlight.count < limit else { return askToCancel() }
        let now = ContinuousClock.now
        while inFlight.count < limit, let request = backlog.popFirst() {
            if request.cancellation.isCancelled {
                failCancelled(request)
                continue
            }
            let expectation: Session.Expectation? =
                switch request.kind {
                case .statement(let statement): session.send(statement)
                case .script(let sql): session.sendScript(sql) ? Session.Expectation() : nil
                }
            inFlight.append(InFlight(request: request, expectation: expectation ?? .init(), sentAt: now))
            guard expectation != nil else { return false }
        }
        noteBusy()
        return flush()
    }

    private func flush() -> Bool {
        guard let session else { return false }
        let (isAlive, hasMore) = session.flush()
        hasUnsentBytes = hasMore
        return isAlive
    }

    /// Lets other threads see for how long the statement at the head has been running.
    private func noteBusy() {
        let busySince = inFlight.first.map { ($0.sentAt - connection.start).nanoseconds } ?? 0
        connection.busySinceNanoseconds.store(busySince, ordering: .relaxed)
    }

    /// On a connection of one task, asks the server to end its cancelled statement, and asks again while it goes on:
    /// the server ignores what comes before it began.
    private func askToCancel() -> Bool {
        guard connection.role == .pooled, let head = inFlight.first, head.request.cancellation.isCancelled,
            head.nextCancellation <= .now
        else { return true }
        session?.cancelRunningStatement()
        head.nextCancellation = .now + .milliseconds(100)
        return true
    }

    // MARK: Waiting

    /// Waits for the socket or the inbox; false when the server does not answer any more.
    private func wait() -> Bool {
        var deadlines = [backlog.first?.deadline]
        if let head = inFlight.first {
            if head.request.cancellation.isCancelled, connection.role == .pooled {
                deadlines.append(head.nextCancellation)
            }
            if let stall = stallDeadline(of: head) {
                guard stall > .now else { return false }
                deadlines.append(stall)
            }
        }
        poll(until: deadlines.compactMap(\.self).min())
        return true
    }

    private func stallDeadline(of head: InFlight) -> ContinuousClock.Instant? {
        let timeout = connection.settings.statementTimeoutMilliseconds
        guard connection.role == .shared, timeout > 0 else { return nil }
        return head.sentAt + .milliseconds(timeout) + Self.stallGrace
    }

    private func poll(until deadline: ContinuousClock.Instant?) {
        if let session {
            let events = Int16(POLLIN) | (hasUnsentBytes ? Int16(POLLOUT) : 0)
            let socket = pollfd(fd: session.descriptor, events: events, revents: 0)
            if descriptors.count == 1 { descriptors.append(socket) } else { descriptors[1] = socket }
        } else if descriptors.count > 1 {
            descriptors.removeLast()
        }
        let milliseconds = deadline.map { deadline in
            Int32(clamping: max(0, (deadline - .now).nanoseconds / 1_000_000 + 1))
        }
        let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), milliseconds ?? -1)
        if count < 0 { for index in descriptors.indices { descriptors[index].revents = 0 } }
        if descriptors[0].revents != 0 { connection.wakeUp.reset() }
    }

    /// Reads and settles what arrived; false when the connection broke.
    private func receive() -> Bool {
        guard let session, descriptors.count > 1, descriptors[1].revents != 0 else { return true }
        if hasUnsentBytes, !flush() { return false }
        guard session.consume(), settle(), !session.isBroken else { return false }
        while let (channel, payload) = session.nextNotification() {
            connection.onEvent?(.notification(channel: channel, payload: payload))
        }
        noteBusy()
        return true
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
