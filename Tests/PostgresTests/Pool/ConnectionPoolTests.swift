import TestSupport
import Testing

@testable import Postgres

@Suite struct ConnectionPoolTests {
    /// A pool of the given size, closed at the end.
    private func withPool(
        _ size: Int, acquireTimeoutMilliseconds: Int = 5_000, idle: Int = 5,
        _ body: (ConnectionPool, Database) async throws -> Void
    ) async throws {
        try await withDatabase(isMigrated: false) { settings in
            settings.maxConnections = DatabaseSettings.sharedConnections + 2 + size
            settings.maxIdleConnections = idle
            settings.acquireTimeoutMilliseconds = acquireTimeoutMilliseconds
        } _: { database in
            try await body(database.pool, database)
        }
    }

    @Test func exhaustionIsAnErrorThatSaysSo() async throws {
        try await withPool(2, acquireTimeoutMilliseconds: 1_000) { pool, database async throws in
            let held = [try await pool.acquire(), try await pool.acquire()]
            let error = await failure { try await database.pooled.execute("SELECT 1") }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("busy") == true)
            for connection in held { pool.release(connection) }
            #expect(try await database.pooled.execute("SELECT 1") == 1)
        }
    }

    @Test func aWaiterGetsTheConnectionGivenBack() async throws {
        try await withPool(1) { pool, _ async throws in
            let first = try await pool.acquire()
            async let second = pool.acquire()
            while pool.waiterCount == 0 { await Task.yield() }
            pool.release(first)
            let handedOver = try await second
            #expect(handedOver === first)
            pool.release(handedOver)
        }
    }

    @Test func aWaiterGetsANewConnectionInPlaceOfABrokenOne() async throws {
        try await withPool(1) { pool, _ async throws in
            let first = try await pool.acquire()
            async let second = pool.acquire()
            while pool.waiterCount == 0 { await Task.yield() }
            pool.release(first, isReusable: false)
            let handedOver = try await second
            #expect(handedOver !== first)
            pool.release(handedOver)
        }
    }

    @Test func aCancelledWaiterLeavesItsPlace() async throws {
        try await withPool(1) { pool, _ async throws in
            let held = try await pool.acquire()
            let waiting = Task { await failure { try await pool.acquire() } }
            while pool.waiterCount == 0 { await Task.yield() }
            waiting.cancel()
            #expect(await waiting.value?.code == .cancelled)
            #expect(pool.waiterCount == 0)
            pool.release(held)
        }
    }

    @Test func moreTasksThanConnectionsAllGetTheirTurn() async throws {
        try await withPool(3) { _, database async throws in
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await integer("SELECT 1 FROM pg_sleep(0.001)", in: database.pooled) }
                }
                return try await group.reduce(0, +)
            }
            #expect(total == 100)
            let open = try await integer(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()", in: database)
            #expect(open <= 4)
        }
    }

    @Test func idleConnectionsAreBoundedAndClosedWhenUnused() async throws {
        try await withPool(4, idle: 2) { pool, database async throws in
            var held: [Connection] = []
            for _ in 0..<4 { held.append(try await pool.acquire()) }
            for connection in held {
                _ = try await connection.perform(.statement(Statement("SELECT 1")))
                pool.release(connection)
            }
            #expect(held.count(where: \.isUsable) == 2)
            pool.closeIdle(unusedFor: .zero)
            #expect(held.count(where: \.isUsable) == 0)
            #expect(try await database.pooled.execute("SELECT 1") == 1)
        }
    }

    @Test func aConnectionThatBrokeWhileIdleIsNotGivenOut() async throws {
        try await withPool(1) { pool, database async throws in
            let connection = try await pool.acquire()
            let process = try await connection.perform(.statement(Statement("SELECT pg_backend_pid()"))).first {
                row throws(PostgresError) in try row.decode(0, as: Int.self)
            }
            pool.release(connection)
            try await database.execute("SELECT pg_terminate_backend($1)", process)
            await connection.ended()
            #expect(try await database.pooled.execute("SELECT 1") == 1)
        }
    }

    @Test func aCancelledStatementIsEndedOnTheServer() async throws {
        try await withPool(1) { pool, database async throws in
            let task = Task { await failure { try await database.pooled.execute("SELECT pg_sleep(600)") } }
            let sleepers =
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)' "
                + "AND datname = current_database()"
            try await waitUntil(sleepers, in: database)
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            #expect(try await integer(sleepers, in: database) == 0)
            // The connection is as good as before.
            #expect(try await database.pooled.execute("SELECT 1") == 1)
        }
    }

    @Test func aSlowStatementDoesNotHoldUpSharedOnes() async throws {
        try await withPool(2) { _, database async throws in
            let blocked = Task { try await database.pooled.execute("SELECT pg_sleep(600)") }
            #expect(try await integer("SELECT 3", in: database) == 3)
            blocked.cancel()
            _ = await blocked.result
        }
    }

    @Test func aClosedPoolRefuses() async throws {
        try await withPool(1) { pool, _ async throws in
            await pool.close()
            #expect(await failure { try await pool.acquire() }?.code == .unavailable)
        }
    }
}
