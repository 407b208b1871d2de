import Logging
import Synchronization

/// Runs statements of many tasks on one pipelined connection and makes them durable together: each commits by itself
/// without waiting for the disk, and is answered when a flush of the write-ahead log behind it is done. While one flush
/// runs the next statements gather; so throughput does not end at one flush a statement, and nobody waits for a timer.
///
/// Others see a row before it is durable; whoever is answered knows that it is.
package final class GroupCommit: Queryable, Sendable {
    /// A transaction of its own that the server answers when the log is on the disk up to and with it.
    private static let barrier =
        "SELECT set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'b', '')"

    private struct State {
        /// Statements are numbered as they are submitted.
        var newest = 0
        /// All up to this one are durable, but those that a flush failed.
        var durable = 0
        var failed: ClosedRange<Int>?
        var failure: PostgresError?
        var isFlushing = false
        var waiters: [(number: Int, continuation: UnsafeContinuation<PostgresError?, Never>)] = []

        /// Whether a statement's fate is known, and, if it is a failure, which.
        func fate(of number: Int) -> (isKnown: Bool, failure: PostgresError?) {
            if let failed, failed.contains(number) { return (true, failure) }
            return (number <= durable, nil)
        }
    }

    private let connection: Connection
    private let state = Mutex(State())

    init(_ settings: DatabaseSettings, logger: Logger) {
        var settings = settings
        settings.commitsAreDurable = false
        connection = Connection(settings, role: .shared, logger: logger)
    }

    /// Runs one short statement. It throws `connectionLost` where it may have been executed and may not be durable: what
    /// is safe to do twice may be tried again.
    package func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet {
        let session = connection.sessions.load(ordering: .acquiring)
        let deadline = ContinuousClock.now + .milliseconds(connection.settings.acquireTimeoutMilliseconds)
        var number = 0
        let outcome = await withUnsafeContinuation { continuation in
            let request = Request(
                .statement(statement), cancellation: Cancellation(), deadline: deadline, continuation: continuation)
            let mustFlush = state.withLock { state in
                state.newest += 1
                number = state.newest
                defer { state.isFlushing = true }
                return !state.isFlushing
            }
            connection.submit(request)
            // Lives as long as there is something to flush, whoever asked first.
            if mustFlush { Task { await flush() } }
        }
        let result = try outcome.get()
        try await becomeDurable(number)
        // A new session's flush says nothing of what an old one committed, where the server crashed between them.
        try checkSession(since: session)
        return result
    }

    /// - Parameter session: how many there had been when the first statement was asked for.
    private func checkSession(since session: Int) throws(PostgresError) {
        guard connection.sessions.load(ordering: .acquiring) == max(session, 1) else {
            throw PostgresError(.connectionLost, "The connection broke before a statement was known to be durable.")
        }
    }

    /// Waits until everything that could be read a moment ago, whoever committed it, is on the disk: then it may be told.
    package func settle() async throws(PostgresError) {
        let session = connection.sessions.load(ordering: .acquiring)
        let question = try Statement("SELECT pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn() AS is_flushed")
        let isFlushed = try await connection.perform(.statement(question)).first { row throws(PostgresError) -> Bool in
            try row.decode("is_flushed")
        }
        // Any statement is answered behind a flush.
        if isFlushed != true { try await execute("SELECT 1") }
        // A server that was started meanwhile may not have what was read of the last one.
        try checkSession(since: session)
    }

    func close(isAborting: Bool = false) { connection.close(isAborting: isAborting) }
    func ended() async { await connection.ended() }

    private func becomeDurable(_ number: Int) async throws(PostgresError) {
        let failure = await withUnsafeContinuation { continuation in
            let known: PostgresError?? = state.withLock { state in
                let fate = state.fate(of: number)
                if fate.isKnown { return .some(fate.failure) }
                state.waiters.append((number, continuation))
                return .none
            }
            if let known { continuation.resume(returning: known) }
        }
        if let failure { throw failure }
    }

    /// Flushes until nothing is left to.
    private func flush() async {
        while true {
            let covered = state.withLock(\.newest)
            var failure: PostgresError?
            do {
                _ = try await connection.perform(.statement(try Statement(Self.barrier)), isCancellable: false)
            } catch {
                failure = PostgresError(.connectionLost, "A statement may not be durable: \(error.message)")
            }
            let (settled, goesOn) = settle(covered, failure)
            for waiter in settled { waiter.resume(returning: failure) }
            guard goesOn else { return }
        }
    }

    /// What failed is everything that was submitted until then: the server may have lost it.
    private func settle(
        _ covered: Int, _ failure: PostgresError?
    ) -> (waiters: [UnsafeContinuation<PostgresError?, Never>], goesOn: Bool) {
        state.withLock { state in
            let through = failure == nil ? covered : state.newest
            if let failure, state.durable < through {
                state.failed = (state.durable + 1)...through
                state.failure = failure
            }
            state.durable = max(state.durable, through)
            let settled = state.waiters.filter { $0.number <= through }
            state.waiters.removeAll { $0.number <= through }
            state.isFlushing = state.newest > through
            return (settled.map(\.continuation), state.isFlushing)
        }
    }
}
