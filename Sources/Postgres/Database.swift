package import Logging

/// A PostgreSQL database. Statements asked of it directly share pipelined connections and must be short; `pooled` takes
/// slow ones, `transaction` those that belong together. Opens nothing before its first use.
package final class Database: Queryable, Sendable {
    /// How long an unused connection stays open.
    private static let idleLimit = Duration.seconds(300)
    /// How long closing waits for statements that run.
    private static let drainLimit = Duration.seconds(10)
    /// How long one statement may hold up a shared connection before others take the next.
    private static let holdUpNanoseconds: Int64 = 20_000_000

    let settings: DatabaseSettings
    let pool: ConnectionPool
    private let shared: [Connection]
    private let listener: Listener
    /// Short statements that commit by themselves and are made durable together, where many write at once.
    package let grouped: GroupCommit

    /// A database that will be connected to when it is first asked something.
    package init(_ settings: DatabaseSettings, logger: Logger) {
        self.settings = settings
        pool = ConnectionPool(settings, logger: logger)
        shared = (0..<DatabaseSettings.sharedConnections).map { _ in
            Connection(settings, role: .shared, logger: logger)
        }
        listener = Listener(settings, logger: logger)
        grouped = GroupCommit(settings, logger: logger)
    }

    deinit {
        grouped.close(isAborting: true)
        for connection in shared { connection.close(isAborting: true) }
        listener.close()
    }

    /// Runs one short statement on a connection shared with others. It commits by itself; it must not change the
    /// session (`SET`, `LISTEN`, `BEGIN`).
    package func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet {
        try await leastHeldUp().perform(.statement(statement))
    }

    /// The first shared connection, which one alone serves best, unless a statement holds it up.
    private func leastHeldUp() -> Connection {
        shared.first { $0.busyNanoseconds < Self.holdUpNanoseconds } ?? shared[shared.count - 1]
    }

    /// Single statements that may be slow: each has a pooled connection to itself.
    package var pooled: some Queryable { PooledQueryable(pool: pool) }

    /// Runs the body in a transaction, again when the server finds a conflict with another (40001, 40P01): the body must
    /// have no effects but on the database. Commits when the body returns, rolls back when it throws.
    package func transaction<T: Sendable>(
        isolation: Isolation = .readCommitted, attempts: Int = 5,
        _ body: @Sendable (Transaction) async throws -> T
    ) async throws -> T {
        var attempt = 1
        while true {
            do {
                return try await attemptTransaction(isolation, body)
            } catch let error as PostgresError where error.isConflict && attempt < attempts {
                // Apart from each other, so that they do not meet again.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 << min(attempt, 6)))))
                attempt += 1
            }
        }
    }

    private func attemptTransaction<T: Sendable>(
        _ isolation: Isolation, _ body: @Sendable (Transaction) async throws -> T
    ) async throws -> T {
        let connection = try await pool.acquire()
        let transaction = Transaction(connection)
        do {
            try await transaction.begin(isolation)
            let value = try await body(transaction)
            try await transaction.commit()
            pool.release(connection)
            return value
        } catch {
            let (conflict, isClean) = await transaction.rollBack()
            pool.release(connection, isReusable: isClean)
            throw conflict ?? error
        }
    }

    /// What others notify on a channel, from now on. The first element, and each after a loss of the connection or an
    /// overflow of the buffer (1,024), is `.reconnected`: whoever reads its state anew then misses nothing.
    package func notifications(on channel: String) -> some AsyncSequence<Notification, Never> & Sendable {
        listener.notifications(on: channel)
    }

    /// Sends a notification (at most 7,999 bytes) to all that listen on a channel. Nothing is left of one after a crash, so it does not
    /// wait for the disk: while it did, all others would wait for it.
    package func notify(_ channel: String, _ payload: String) async throws(PostgresError) {
        try await execute(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)", channel, payload)
    }

    /// Whether notifications are heard now. What is notified while they are not is lost.
    package var isListening: Bool { listener.isListening }

    /// Closes connections that have been idle for long, until the task is cancelled; then closes the database.
    package func run() async throws {
        while (try? await Task.sleep(for: Self.idleLimit / 10)) != nil {
            pool.closeIdle(unusedFor: Self.idleLimit)
        }
        await close()
    }

    /// Refuses new statements, waits for those that run (at most ten seconds), and closes every connection.
    package func close() async {
        listener.close()
        for connection in shared { connection.close() }
        grouped.close()
        let expiry = Task { [shared, pool, grouped] in
            guard (try? await Task.sleep(for: Self.drainLimit)) != nil else { return }
            for connection in shared { connection.close(isAborting: true) }
            grouped.close(isAborting: true)
            pool.abort()
        }
        for connection in shared { await connection.ended() }
        await grouped.ended()
        await pool.close()
        expiry.cancel()
    }
}
