import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct QueryableTests {
    @Test func rowsAreDecodedInOrderAndTheFirstIsHadAlone() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let sql = "SELECT n FROM generate_series($1::int, 3) AS n"
            let numbers = try await database.rows(sql, 1) { row throws(PostgresError) in
                try row.decode("n", as: Int.self)
            }
            #expect(numbers == [1, 2, 3])
            let first = try await database.row(sql, 2) { row throws(PostgresError) in try row.decode(0, as: Int.self) }
            #expect(first == 2)
            let none = try await database.row(sql, 4) { row throws(PostgresError) in try row.decode(0, as: Int.self) }
            #expect(none == nil)
        }
    }

    @Test func executeCountsAffectedRows() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            #expect(try await database.execute("CREATE TABLE t (n int)") == 0)
            #expect(try await database.execute("INSERT INTO t VALUES (1), (2), (3)") == 3)
            #expect(try await database.execute("UPDATE t SET n = n + 1 WHERE n > $1", 1) == 2)
            #expect(try await database.pooled.execute("DELETE FROM t") == 3)
        }
    }

    @Test func parametersAreNeverSQL() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let hostile = "'; DROP TABLE t; -- \\ \" $1 %s \u{1F3B9}"
            let back = try await database.row("SELECT $1::text AS t", hostile) { row throws(PostgresError) in
                try row.decode("t", as: String.self)
            }
            #expect(back == hostile)
        }
    }

    @Test func textWithNULIsRefusedBeforeItIsSent() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let error = await failure { try await database.execute("SELECT $1::text", "a\0b") }
            #expect(error?.sqlState == "22021")
            let bytes: [UInt8] = [0, 1, 0, 255]
            let back = try await database.row("SELECT $1::bytea", bytes) { row throws(PostgresError) in
                try row.decode(0, as: [UInt8].self)
            }
            #expect(back == bytes)
        }
    }

    @Test func valuesOfManyMegabytesPassBothWaysBesideSmallOnes() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let huge = [UInt8](repeating: 0xAB, count: 24 << 20)
            async let back = database.row("SELECT $1::bytea", huge) { row throws(PostgresError) in
                try row.decode(0, as: [UInt8].self)
            }
            async let small = integer("SELECT 7", in: database)
            #expect(try await small == 7)
            #expect(try await back == huge)
        }
    }

    @Test func tooManyParametersAreRefused() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let error = await failure {
                try Statement("SELECT 1", [(any PostgresEncodable)?](repeating: 1, count: 65_536))
            }
            #expect(error?.code == .other)
            #expect(try await integer("SELECT 1", in: database) == 1)
        }
    }

    @Test func readingAColumnAsSomethingElseSaysWhichAndWhat() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let wrongType = await failure {
                try await database.row("SELECT 1.5::float8 AS speed") { row throws(PostgresError) in
                    try row.decode("speed", as: UUID.self)
                }
            }
            #expect(wrongType?.code == .undecodable)
            #expect(wrongType?.column == "speed")
            let null = await failure {
                try await database.row("SELECT NULL::int AS n") { row throws(PostgresError) in
                    try row.decode("n", as: Int.self)
                }
            }
            #expect(null?.code == .undecodable)
            let missing = await failure {
                try await database.row("SELECT 1 AS a") { row throws(PostgresError) in try row.decode("b", as: Int.self)
                }
            }
            #expect(missing?.message.contains("[\"a\"]") == true)
            let tooLarge = await failure {
                try await database.row("SELECT 3000000000") { row throws(PostgresError) in
                    try row.decode(0, as: Int32.self)
                }
            }
            #expect(tooLarge?.code == .undecodable)
        }
    }
}
