import Logging
import TestSupport
import Testing

@testable import Postgres

@Suite struct ConnectionTests {
    /// One shared connection by itself, so that everything meets on it.
    private func withShared(
        timeoutMilliseconds: Int = 30_000, _ body: (Connection, Database) async throws -> Void
    ) async throws {
        try await withTestDatabase(isMigrated: false) { test async throws in
            var settings = test.settings
            settings.statementTimeoutMilliseconds = timeoutMilliseconds
            let database = Database(test.settings, logger: quietLogger)
            let connection = Connection(settings, role: .shared, logger: quietLogger)
            do {
                try await body(connection, database)
            } catch {
                Issue.record(error)
            }
            connection.close()
            await connection.ended()
            await database.close()
        }
    }

    private func number(_ connection: Connection, _ sql: String, _ parameters: (any PostgresEncodable)?...) async throws
        -> Int?
    {
        try await connection.perform(.statement(Statement(sql, parameters))).first { row throws(PostgresError) in
            try row.decode(0, as: Int.self)
        }
    }

    @Test func failuresLeaveTheirNeighboursAlone() async throws {
        try await withShared { connection, database async throws in
            try await database.execute("CREATE TABLE t (n int UNIQUE)")
            // Taken by the thread in one go, since it is still connecting.
            let outcomes = await withTaskGroup(of: (Int, PostgresError?).self) { group in
                for n in 0..<60 {
                    group.addTask {
                        let error = await failure {
                            switch n % 3 {
                            case 0: try await number(connection, "INSERT INTO t VALUES ($1) RETURNING n", n)
                            case 1: try await number(connection, "SELECT 1 / ($1::int - $1::int)", n)
                            default: try await number(connection, "SELECT broken")
                            }
                        }
                        return (n, error)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for n in 0..<60 {
                #expect(outcomes[n]?.sqlState == [nil, "22012", "42703"][n % 3])
            }
            #expect(try await integer("SELECT count(*) FROM t", in: database) == 20)
        }
    }

    @Test func aThousandStatementsAtOnceGetTheirOwnAnswers() async throws {
        try await withShared { connection, _ async throws in
            let sum = try await withThrowingTaskGroup(of: Bool.self) { group in
                for n in 0..<1_000 {
                    group.addTask { try await number(connection, "SELECT $1::int + \(n % 7)", n) == n + n % 7 }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(sum == 1_000)
        }
    }

    @Test func moreStatementsThanTheCacheHolds() async throws {
        try await withShared { connection, _ async throws in
            for round in 0..<2 {
                for n in 0..<300 {
                    #expect(try await number(connection, "SELECT \(n)") == n, "round \(round)")
                }
            }
            let prepared = try await number(connection, "SELECT count(*) FROM pg_prepared_statements")
            #expect((prepared ?? 0) <= 256)
        }
    }

    @Test func aTimeoutHitsItsOwnStatementOnly() async throws {
        try await withShared(timeoutMilliseconds: 150) { connection, _ async throws in
            async let slow = failure { try await number(connection, "SELECT 1 FROM pg_sleep(60)") }
            async let behind = number(connection, "SELECT 2")
            #expect(await slow?.code == .timeout)
            let answer = try await behind
            #expect(answer == 2)
        }
    }

    @Test func aTaskCancelledBeforeSendingNeverRuns() async throws {
        try await withShared { connection, database async throws in
            try await database.execute("CREATE TABLE t (n int)")
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.cancelAll()
                group.addTask { await failure { try await number(connection, "INSERT INTO t VALUES (1) RETURNING n") } }
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(try await number(connection, "SELECT count(*) FROM t") == 0)
        }
    }

    @Test func aChangedResultTypeIsPlannedAnew() async throws {
        try await withShared { connection, database async throws in
            try await database.execute("CREATE TABLE t AS SELECT 1 AS n")
            for _ in 0..<2 { #expect(try await number(connection, "SELECT * FROM t") == 1) }
            try await database.execute("ALTER TABLE t ALTER COLUMN n TYPE bigint")
            #expect(try await number(connection, "SELECT * FROM t") == 1)
            #expect(try await number(connection, "SELECT * FROM t") == 1)
        }
    }

    @Test func aBrokenConnectionFailsWhatItCarriedAndComesBack() async throws {
        try await withShared { connection, database async throws in
            let process = try await number(connection, "SELECT pg_backend_pid()") ?? 0
            async let lost = failure { try await number(connection, "SELECT 1 FROM pg_sleep(60)") }
            try await waitUntil(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND query LIKE '%pg_sleep%'", in: database
            )
            try await database.execute("SELECT pg_terminate_backend($1)", process)
            #expect(await lost?.code == .connectionLost)
            let next = try await number(connection, "SELECT pg_backend_pid()")
            #expect(next != process)
        }
    }

    @Test func copyIsRefusedAndTheConnectionComesBack() async throws {
        try await withShared { connection, _ async throws in
            let error = await failure { try await number(connection, "COPY (SELECT 1) TO STDOUT") }
            #expect(error?.code == .other)
            let answer = try await number(connection, "SELECT 5")
            #expect(answer == 5)
        }
    }

    @Test func closingWaitsForWhatWasAsked() async throws {
        try await withShared { connection, database async throws in
            let process = try await number(connection, "SELECT pg_backend_pid()") ?? 0
            async let answer = number(connection, "SELECT 9 FROM pg_sleep(0.2)")
            try await waitUntil(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND query LIKE '%pg_sleep%'", in: database
            )
            connection.close()
            await connection.ended()
            #expect(try await answer == 9)
            #expect(await failure { try await number(connection, "SELECT 1") }?.code == .unavailable)
        }
    }
}
