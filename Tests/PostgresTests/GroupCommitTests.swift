import TestSupport
import Testing

@testable import Postgres

struct GroupCommitTests {
    private func count(_ database: Database) async throws -> Int? {
        try await database.row("SELECT count(*) AS n FROM t") { row throws(PostgresError) in try row.decode("n") }
    }

    @Test func manyAtOnceAreStoredAndFailuresAreTheirOwn() async throws {
        try await withDatabase(isMigrated: false) { database in
            try await database.execute("CREATE TABLE t (n int PRIMARY KEY)")
            let outcomes = await withTaskGroup(of: PostgresError.Code?.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        do {
                            // Each number twice; one of the two is refused.
                            try await database.grouped.execute("INSERT INTO t VALUES ($1)", number / 2)
                            return nil
                        } catch let error as PostgresError {
                            return error.code
                        } catch {
                            return .other
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 150)
            #expect(outcomes.count { $0 == .uniqueViolation } == 150)
            #expect(try await count(database) == 150)
        }
    }

    @Test func theLogIsOnTheDiskWhenItAnswers() async throws {
        try await withDatabase(isMigrated: false) { database in
            try await database.execute("CREATE TABLE t (n int PRIMARY KEY)")
            let isOff = try await database.grouped.row("SELECT current_setting('synchronous_commit') AS s") {
                row throws(PostgresError) -> String in try row.decode("s")
            }
            #expect(isOff == "off")
            for number in 0..<20 {
                let end = try await database.grouped.row(
                    "WITH made AS (INSERT INTO t VALUES ($1)) SELECT pg_current_wal_insert_lsn()::text AS lsn", number
                ) { row throws(PostgresError) -> String in try row.decode("lsn") }
                let isFlushed = try await database.row(
                    "SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS flushed", end
                ) { row throws(PostgresError) -> Bool in try row.decode("flushed") }
                #expect(isFlushed == true)
            }
        }
    }

    @Test func aBrokenConnectionFailsWhatIsNotKnownToBeDurable() async throws {
        try await withDatabase(isMigrated: false) { database in
            try await database.execute("CREATE TABLE t (n int PRIMARY KEY)")
            try await database.grouped.execute("INSERT INTO t VALUES (0)")
            let acknowledged = await withTaskGroup(of: Int?.self) { group in
                for number in 1...200 {
                    group.addTask {
                        let isStored = (try? await database.grouped.execute("INSERT INTO t VALUES ($1)", number)) != nil
                        return isStored ? number : nil
                    }
                }
                group.addTask {
                    _ = try? await database.pooled.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND query LIKE '%pg_logical_emit_message%'
                        """)
                    return nil
                }
                return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
            }
            let stored = Set(
                try await database.rows("SELECT n FROM t WHERE n > 0") { row throws(PostgresError) -> Int in
                    try row.decode("n")
                })
            #expect(stored.isSuperset(of: acknowledged))
            // It goes on with another session.
            var left = 3
            while left > 0 {
                left -= 1
                if (try? await database.grouped.execute("INSERT INTO t VALUES (1000) ON CONFLICT DO NOTHING")) != nil {
                    break
                }
            }
            #expect(left > 0)
        }
    }
}
