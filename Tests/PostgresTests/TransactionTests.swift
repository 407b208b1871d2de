import TestSupport
import Testing

@testable import Postgres

@Suite struct TransactionTests {
    private func withAccounts(_ body: (Database) async throws -> Void) async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            try await database.execute("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)")
            try await database.execute("INSERT INTO t VALUES (1, 10), (2, 10)")
            try await body(database)
        }
    }

    @Test func commitsTogetherOrNotAtAll() async throws {
        struct Refusal: Error {}
        try await withAccounts { database async throws in
            try await database.transaction { transaction in
                try await transaction.execute("UPDATE t SET n = n - 1 WHERE id = 1")
                try await transaction.execute("UPDATE t SET n = n + 1 WHERE id = 2")
                #expect(try await integer("SELECT n FROM t WHERE id = 2", in: database) == 10)
            }
            #expect(try await integer("SELECT n FROM t WHERE id = 2", in: database) == 11)
            await #expect(throws: Refusal.self) {
                try await database.transaction { transaction in
                    try await transaction.execute("DELETE FROM t")
                    throw Refusal()
                }
            }
            #expect(try await integer("SELECT count(*) FROM t", in: database) == 2)
        }
    }

    /// Both read what the other writes: only one order can be had, so one has to begin again.
    @Test func aSerialisationFailureIsRetried() async throws {
        try await withAccounts { database async throws in
            let bothHaveRead = Rendezvous(of: 2)
            let attempts = Counter()
            try await withThrowingTaskGroup { group in
                for id in 1...2 {
                    group.addTask {
                        try await database.transaction(isolation: .serializable) { transaction in
                            attempts.increment()
                            let sum = try await integer("SELECT sum(n) FROM t", in: transaction)
                            await bothHaveRead.arrive()
                            try await transaction.execute("UPDATE t SET n = $1 WHERE id = $2", sum, id)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(attempts.value >= 3)
            // One after the other: 10 + 10, then 20 + 10.
            #expect(try await integer("SELECT sum(n) FROM t", in: database) == 50)
        }
    }

    @Test func aDeadlockIsRetried() async throws {
        try await withAccounts { database async throws in
            let bothHoldOne = Rendezvous(of: 2)
            let attempts = Counter()
            try await withThrowingTaskGroup { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        try await database.transaction { transaction in
                            attempts.increment()
                            try await transaction.execute("UPDATE t SET n = n + 1 WHERE id = $1", first)
                            await bothHoldOne.arrive()
                            try await transaction.execute("UPDATE t SET n = n + 1 WHERE id = $1", second)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(attempts.value == 3)
            #expect(try await integer("SELECT sum(n) FROM t", in: database) == 24)
        }
    }

    @Test func conflictsEndWithTheLastAttempt() async throws {
        try await withAccounts { database async throws in
            let attempts = Counter()
            let error = await failure {
                try await database.transaction(attempts: 3) { _ in
                    attempts.increment()
                    throw PostgresError(.serializationFailure, "again")
                }
            }
            #expect(error?.code == .serializationFailure)
            #expect(attempts.value == 3)
        }
    }

    @Test func otherFailuresAreNotRetried() async throws {
        try await withAccounts { database async throws in
            let attempts = Counter()
            let error = await failure {
                try await database.transaction { transaction in
                    attempts.increment()
                    try await transaction.execute("INSERT INTO t VALUES (1, 0)")
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(attempts.value == 1)
        }
    }

    @Test func aHiddenFailureIsNotTakenForACommit() async throws {
        try await withAccounts { database async throws in
            let error = await failure {
                try await database.transaction { transaction in
                    try await transaction.execute("DELETE FROM t")
                    _ = try? await transaction.execute("SELECT broken")
                }
            }
            #expect(error?.message.contains("rolled back") == true)
            #expect(try await integer("SELECT count(*) FROM t", in: database) == 2)
        }
    }

    @Test func cancellationRollsBackAndTheConnectionStaysGood() async throws {
        try await withAccounts { database async throws in
            let task = Task {
                await failure {
                    try await database.transaction { transaction in
                        try await transaction.execute("DELETE FROM t")
                        try await transaction.execute("SELECT pg_sleep(600)")
                    }
                }
            }
            try await waitUntil(
                "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()",
                in: database)
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            #expect(try await integer("SELECT count(*) FROM t", in: database) == 2)
            #expect(try await database.transaction { try await $0.execute("DELETE FROM t") } == 2)
        }
    }

    @Test func aLostConnectionEndsTheTransaction() async throws {
        try await withAccounts { database async throws in
            let error = await failure {
                try await database.transaction { transaction in
                    let process = try await integer("SELECT pg_backend_pid()", in: transaction)
                    try await transaction.execute("DELETE FROM t")
                    try await database.execute("SELECT pg_terminate_backend($1)", process)
                    // Never on another connection, where it would stand alone.
                    while true { try await transaction.execute("INSERT INTO t VALUES (3, 3)") }
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(try await integer("SELECT count(*) FROM t", in: database) == 2)
        }
    }

    @Test func anEscapedTransactionIsOver() async throws {
        try await withAccounts { database async throws in
            let escaped = try await database.transaction { $0 }
            #expect(await failure { try await escaped.execute("DELETE FROM t") }?.code == .other)
            #expect(try await integer("SELECT count(*) FROM t", in: database) == 2)
        }
    }
}
