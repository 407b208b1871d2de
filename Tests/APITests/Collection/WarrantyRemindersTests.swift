import Platform
import Postgres
import TestSupport
import Testing

@testable import API

@Suite struct WarrantyRemindersTests {
    /// A member with one product whose warranty ends so many days from today.
    private func own(_ database: Database, name: String, daysLeft: Int) async throws -> (user: Int, item: Int) {
        let row = try await database.row(
            """
            WITH u AS (
              INSERT INTO users (username, email, password_hash) VALUES ($1::text, $1::text || '@example.org', 'x') RETURNING id
            ), p AS (INSERT INTO products (name) VALUES ($1::text) RETURNING id)
            INSERT INTO user_products (user_id, product_id, warranty_expires)
            SELECT u.id, p.id, \(UserProduct.today) + $2::int FROM u, p RETURNING user_id, id
            """, name, daysLeft
        ) { row throws(PostgresError) in
            try [row.decode("user_id", as: Int.self), row.decode("id", as: Int.self)]
        }
        let ids = try #require(row)
        return (ids[0], ids[1])
    }

    private func told(_ database: Database, _ user: Int) async throws -> [Int] {
        try await database.rows(
            """
            SELECT (payload->>'days_left')::int AS days FROM notifications
            WHERE user_id = $1 AND kind = 'warranty_expiring' ORDER BY id
            """, user
        ) { row throws(PostgresError) in try row.decode("days") }
    }

    private func pass(_ days: Int, _ database: Database) async throws {
        // Time passes for the warranty and for what was told of it.
        for table in ["user_products", "warranty_reminders"] {
            try await database.execute("UPDATE \(table) SET warranty_expires = warranty_expires - $1::int", days)
        }
    }

    @Test func eachThresholdIsToldOnce() async throws {
        try await withDatabase { database in
            let reminders = WarrantyReminders(
                database: database,
                notifications: Notifications(database: database, events: EventBus(logger: quietLogger)))
            let (user, item) = try await own(database, name: "ann", daysLeft: 91)
            #expect(try await reminders.send() == 0)
            for (days, count) in [(1, 1), (0, 0), (59, 0), (1, 1), (22, 0), (1, 1), (6, 0), (2, 0)] {
                try await pass(days, database)
                #expect(try await reminders.send() == count)
            }
            #expect(try await told(database, user) == [90, 30, 7])
            // Another end of the warranty is another matter.
            try await database.execute(
                "UPDATE user_products SET warranty_expires = \(UserProduct.today) + 20 WHERE id = $1", item)
            #expect(try await reminders.send() == 1)
            #expect(try await told(database, user) == [90, 30, 7, 20])
        }
    }

    @Test func whatWasMissedIsToldOnceAndWhatIsGoneNever() async throws {
        try await withDatabase { database in
            let reminders = WarrantyReminders(
                database: database,
                notifications: Notifications(database: database, events: EventBus(logger: quietLogger)))
            let late = try await own(database, name: "late", daysLeft: 5)
            let last = try await own(database, name: "last", daysLeft: 0)
            let expired = try await own(database, name: "expired", daysLeft: -1)
            let sold = try await own(database, name: "sold", daysLeft: 5)
            try await database.execute("UPDATE user_products SET status = 'sold' WHERE id = $1", sold.item)
            let banned = try await own(database, name: "banned", daysLeft: 5)
            try await database.execute("UPDATE users SET status = 'banned' WHERE id = $1", banned.user)
            #expect(try await reminders.send() == 2)
            #expect(try await told(database, late.user) == [5])
            #expect(try await told(database, last.user) == [0])
            for other in [expired, sold, banned] { #expect(try await told(database, other.user) == []) }
            // A removed product takes what was told of it along.
            try await database.execute("DELETE FROM user_products WHERE id = $1", late.item)
        }
    }

    @Test func manyNodesTellOnce() async throws {
        try await withDatabase { database in
            let events = EventBus(logger: quietLogger)
            var users: [Int] = []
            for index in 0..<30 { users.append(try await own(database, name: "m\(index)", daysLeft: 6).user) }
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await WarrantyReminders(
                            database: database, notifications: Notifications(database: database, events: events)
                        ).send()
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(total == 30)
            for user in users { #expect(try await told(database, user) == [6]) }
        }
    }
}
