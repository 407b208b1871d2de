import Logging
import Synchronization

/// Connections that one task at a time has to itself: a bounded number of them, and a bounded queue for them.
final class ConnectionPool: Sendable {
    /// Most tasks that wait for a connection; more are refused.
    private static let maxWaiters = 1_000

    private struct State {
        /// The one used last is the first to be used again.
        var idle: [(connection: Connection, since: ContinuousClock.Instant)] = []
        var leased: [ObjectIdentifier: Connection] = [:]
        var waiters = Queue<Waiter>()
        var isClosed = false
        /// Resumed when the last lease of a closed pool has ended.
        var drained: CheckedContinuation<Void, Never>?
    }

    private let settings: DatabaseSettings
    private let logger: Logger
    private let state = Mutex(State())

    init(_ settings: DatabaseSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    deinit {
        for (connection, _) in state.withLock(\.idle) { connection.close(isAborting: true) }
    }

    /// How many tasks wait for a connection.
    var waiterCount: Int { state.withLock(\.waiters.count) }

    /// A connection for the caller alone, who gives it back with `release`.
    func acquire() async throws(PostgresError) -> Connection {
        if let connection = try take(orQueue: nil) { return connection }
        let waiter = Waiter()
        let timeout = Duration.milliseconds(settings.acquireTimeoutMilliseconds)
        // Ends with the wait: cancelled as soon as the waiter is resolved.
        let expiry = Task {
            guard (try? await Task.sleep(for: timeout)) != nil else { return }
            giveUp(waiter, .unavailable, "All connections to the database were busy; try again later.")
        }
        defer { expiry.cancel() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.wait(continuation)
                enqueue(waiter)
            }
        } onCancel: {
            giveUp(waiter, .cancelled, "The task was cancelled while it waited for a connection.")
        }
        return try outcome.get()
    }

    private func enqueue(_ waiter: Waiter) {
        do throws(PostgresError) {
            guard let connection = try take(orQueue: waiter) else { return }
            if !waiter.resolve(.success(connection)) { release(connection) }
        } catch {
            _ = waiter.resolve(.failure(error))
        }
    }

    /// A connection, or else a place in the queue.
    private func take(orQueue waiter: Waiter?) throws(PostgresError) -> Connection? {
        try state.withLock { state throws(PostgresError) in
            if state.isClosed { throw PostgresError(.unavailable, "The database is closed.") }
            if let connection = lease(&state) { return connection }
            guard let waiter else { return nil }
            guard state.waiters.count < Self.maxWaiters else {
                throw PostgresError(.unavailable, "Too many tasks wait for a database connection; try again later.")
            }
            state.waiters.append(waiter)
            return nil
        }
    }

    /// An idle connection that still lives, or a new one while there may be more.
    private func lease(_ state: inout State) -> Connection? {
        var connection: Connection?
        while connection == nil, let idle = state.idle.popLast()?.connection {
            if idle.isUsable { connection = idle }
        }
        if connection == nil, state.leased.count < settings.maxPooledConnections {
            connection = Connection(settings, role: .pooled, logger: logger)
        }
        if let connection { state.leased[ObjectIdentifier(connection)] = connection }
        return connection
    }

    private func giveUp(_ waiter: Waiter, _ code: PostgresError.Code, _ message: String) {
        _ = waiter.resolve(.failure(PostgresError(code, message)))
        state.withLock { state in _ = state.waiters.removeAll { $0 === waiter } }
    }

    /// Takes a connection back: for the next in the queue, or to stay idle, or to be closed when there are enough or
    /// it is not fit for another.
    func release(_ connection: Connection, isReusable: Bool = true) {
        let isFit = isReusable && connection.isUsable
        let (next, surplus, drained) = state.withLock { state in
            state.leased[ObjectIdentifier(connection)] = nil
            if isFit { state.idle.append((connection, .now)) }
            let next = state.waiters.popFirst().map { (waiter: $0, connection: lease(&state)) }
            let isSurplus = isFit && (state.isClosed || state.idle.count > settings.maxIdleConnections)
            let surplus = isSurplus ? state.idle.popLast()?.connection : nil
            guard state.leased.isEmpty else { return (next, surplus, nil as CheckedContinuation<Void, Never>?) }
            defer { state.drained = nil }
            return (next, surplus, state.drained)
        }
        if !isFit { connection.close() }
        surplus?.close()
        drained?.resume()
        // A waiter that gave up meanwhile leaves the connection to the next.
        if let next, let connection = next.connection, !next.waiter.resolve(.success(connection)) {
            release(connection)
        }
    }

    /// Closes connections that nobody has used for a while.
    func closeIdle(unusedFor duration: Duration) {
        let unused = state.withLock { state in
            let oldest = ContinuousClock.now - duration
            defer { state.idle.removeAll { $0.since < oldest } }
            return state.idle.filter { $0.since < oldest }
        }
        for (connection, _) in unused { connection.close() }
    }

    /// Refuses new leases, closes what is idle, and waits until the last lease has ended.
    func close() async {
        let (idle, waiters) = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return (state.idle, state.waiters.removeAll { _ in true })
        }
        for (connection, _) in idle { connection.close() }
        for waiter in waiters {
            _ = waiter.resolve(.failure(PostgresError(.unavailable, "The database is closed.")))
        }
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if !state.leased.isEmpty { state.drained = continuation }
                return state.leased.isEmpty
            }
            if isDrained { continuation.resume() }
        }
    }

    /// Breaks off what runs on leased connections.
    func abort() {
        let leased = state.withLock { Array($0.leased.values) }
        for connection in leased { connection.close(isAborting: true) }
    }
}
