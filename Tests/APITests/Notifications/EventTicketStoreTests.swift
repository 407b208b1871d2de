import Platform
import Postgres
import Testing

@testable import API

struct EventTicketStoreTests {
    private func caller(_ id: Int) -> Caller {
        Caller(userID: id, username: "john", role: .user, status: .active, credential: .session(12))
    }

    @Test func opensOnce() async throws {
        try await NotificationStoreTests.run { database, _, john, _ in
            let store = EventTicketStore(database)
            let ticket = try await store.issue(to: caller(john))
            #expect(try await store.redeem(ticket) == .init(userID: john, credential: .session(12)))
            #expect(try await store.redeem(ticket) == nil)
            #expect(try await store.redeem("made up") == nil)
        }
    }

    @Test func ofManyWhoComeAtOnceOneGetsIn() async throws {
        try await NotificationStoreTests.run { database, _, john, _ in
            let store = EventTicketStore(database)
            let ticket = try await store.issue(to: caller(john))
            let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await store.redeem(ticket) != nil } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(admitted == 1)
        }
    }

    @Test func expires() async throws {
        try await NotificationStoreTests.run { database, _, john, _ in
            let store = EventTicketStore(database)
            let ticket = try await store.issue(to: caller(john))
            _ = try await store.issue(to: caller(john))
            try await database.execute("UPDATE event_tickets SET expires_at = now() - interval '1 second'")
            #expect(try await store.redeem(ticket) == nil)
            _ = try await store.issue(to: caller(john))
            let left: Int? = try await database.row("SELECT count(*) FROM event_tickets") { row throws(PostgresError) in
                try row.decode(0)
            }
            #expect(left == 1, "only the new one")
        }
    }

    @Test func isNotKeptInTheClear() async throws {
        try await NotificationStoreTests.run { database, _, john, _ in
            let ticket = try await EventTicketStore(database).issue(to: caller(john))
            let found: Int? = try await database.row(
                "SELECT count(*) FROM event_tickets t WHERE t::text LIKE '%' || $1 || '%' OR hash = convert_to($1, 'UTF8')",
                ticket
            ) { row throws(PostgresError) in try row.decode(0) }
            #expect(found == 0)
        }
    }
}
