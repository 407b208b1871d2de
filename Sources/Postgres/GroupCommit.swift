import Logging
import Synchronization

/// Runs statements of many tasks on one pipelined connection and makes them durable together: each commits by itself
/// without waiting for the disk, and is answered when a flush of the write-ahead log behind it is done. While one flush
/// runs on a connection of its own the next statements are executed; so throughput does not end at one flush a statement,
/// and nobody waits for a timer.
///
/// Others see a row before it is durable; whoever is answered knows that it is.
package final class GroupCommit: Queryable, Sendable {
    /// A transaction of its own that the server answers when the log is on the disk up to and with it, and so with all
    /// that was committed before it, on whatever connection.
    private static let barrier =
        "SELECT set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'b', '')"

    private typealias Waiter = UnsafeContinuation<PostgresError?, Never>

    private struct State {
        /// Whose statements have committed behind the flush that runs.
        var waiters: [Waiter] = []
        var isFlushing = false
    }

    private let connection: Connection
    private let flusher: Connection
    private let state = Mutex(State())

    init(_ settings: DatabaseSettings, logger: Logger) {
        flusher = Connection(settings, role: .shared, logger: logger)
        var settings = settings
        settings.commitsAreDurable = false
        connection = Connection(settings, role: .shared, logger: logger)
    }

    /// Runs one short statement. It throws `connectionLost` where it may have been executed and may not be durable: what
    /// is safe to do twice may be tried again.
    package func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet {
        let executed = try await execute(statement)
        try await makeDurable(executed)
        return executed.result
    }

    /// What a statement gave, to be told to nobody before it is durable.
    package struct Executed: Sendable {
        package let result: ResultSet
        fileprivate let session: Int
    }

    /// Runs one short statement, of which ``makeDurable(_:)`` is the other half.
    package func execute(_ statement: Statement) async throws(PostgresError) -> Executed {
        let session = try await flusherSession()
        return Executed(
            result: try await connection.perform(.statement(statement), isCancellable: false), session: session)
    }

    /// Waits until what was executed is on the disk. Throws as ``perform(_:)``.
    package func makeDurable(_ executed: Executed) async throws(PostgresError) {
        try await waitForFlush()
        try checkSession(executed.session)
    }

    /// A flush says nothing of what was committed before the server crashed. It has not as long as one session lasts: one that
    /// began before the statement was sent.
    private func checkSession(_ session: Int) throws(PostgresError) {
        guard flusher.sessions.load(ordering: .acquiring) == session else {
            throw Self.mayBeLost("the server was lost")
        }
    }

    /// Waits until everything that could be read a moment ago, whoever committed it, is on the disk: then it may be told.
    package func settle() async throws(PostgresError) {
        let session = try await flusherSession()
        let question = try Statement("SELECT pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn() AS is_flushed")
        let isFlushed = try await connection.perform(.statement(question)).first { row throws(PostgresError) -> Bool in
            try row.decode("is_flushed")
        }
        // Any statement is answered behind a flush.
        if isFlushed != true { try await execute("SELECT 1") }
        // A server that was started meanwhile may not have what was read of the last one.
        try checkSession(session)
    }

    func close(isAborting: Bool = false) {
        connection.close(isAborting: isAborting)
        flusher.close(isAborting: isAborting)
    }

    func ended() async {
        await connection.ended()
        await flusher.ended()
    }

    /// The session that flushes, begun where there was none.
    private func flusherSession() async throws(PostgresError) -> Int {
        let session = flusher.sessions.load(ordering: .acquiring)
        guard session == 0 else { return session }
        _ = try await flusher.perform(.statement(try Statement("SELECT 1")), isCancellable: false)
        return flusher.sessions.load(ordering: .acquiring)
    }

    /// Waits for a flush that begins after now.
    private func waitForFlush() async throws(PostgresError) {
        let failure = await withUnsafeContinuation { continuation in
            let mustFlush = state.withLock { state in
                state.waiters.append(continuation)
                defer { state.isFlushing = true }
                return !state.isFlushing
            }
            // Lives as long as there is something to flush, whoever asked first.
            if mustFlush { Task { await flush() } }
        }
        if let failure { throw failure }
    }

    /// Flushes until nothing is left to.
    private func flush() async {
        while let covered = takeWaiters() {
            var failure: PostgresError?
            do {
                _ = try await flusher.perform(.statement(try Statement(Self.barrier)), isCancellable: false)
            } catch {
                failure = Self.mayBeLost(error.message)
            }
            for waiter in covered { waiter.resume(returning: failure) }
        }
    }

    private func takeWaiters() -> [Waiter]? {
        state.withLock { state in
            state.isFlushing = !state.waiters.isEmpty
            defer { state.waiters = [] }
            return state.isFlushing ? state.waiters : nil
        }
    }

    private static func mayBeLost(_ reason: String) -> PostgresError {
        PostgresError(.connectionLost, "A statement may not be durable: \(reason)")
    }
}
