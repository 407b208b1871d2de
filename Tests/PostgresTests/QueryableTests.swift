import Postgres
import TestSupport
import Testing

@Suite struct QueryableTests {
    @Test func smoke() async throws {
        try await withDatabase { database in
            let ids = try await database.rows("INSERT INTO rooms(name) VALUES ($1), ($2) RETURNING id, name", "a", "b")
            {
                row throws(PostgresError) in
                try row.decode("id") as Int
            }
            #expect(ids == [1, 2])
            let names = try await database.rows("SELECT name FROM rooms") { row throws(PostgresError) in
                try row.decode("name") as String
            }
            #expect(names == ["a", "b"])
            let value = try await database.transaction { transaction in
                try await transaction.row("SELECT $1::int + 1", 41) { row throws(PostgresError) in
                    try row.decode(0, as: Int.self)
                }
            }
            #expect(value == 42)
        }
    }
}
