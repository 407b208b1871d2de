import TestSupport
import Testing

@testable import Postgres

@Suite struct ListenerTests {
    @Test func hearsWhatIsNotifiedOnItsChannelOnly() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            var heard = database.notifications(on: "Some \"channel\"").makeAsyncIterator()
            #expect(await heard.following() == .reconnected)
            try await database.notify("another", "no")
            try await database.notify("Some \"channel\"", "one")
            try await database.transaction { try await $0.notify("Some \"channel\"", "two ♪") }
            #expect(await heard.following() == .message(payload: "one"))
            #expect(await heard.following() == .message(payload: "two ♪"))
        }
    }

    @Test func manyReadersAndChannelsShareOneConnection() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            var first = database.notifications(on: "a").makeAsyncIterator()
            var second = database.notifications(on: "a").makeAsyncIterator()
            var other = database.notifications(on: "b").makeAsyncIterator()
            #expect(await first.following() == .reconnected)
            #expect(await second.following() == .reconnected)
            #expect(await other.following() == .reconnected)
            try await database.notify("a", "x")
            try await database.notify("b", "y")
            #expect(await first.following() == .message(payload: "x"))
            #expect(await second.following() == .message(payload: "x"))
            #expect(await other.following() == .message(payload: "y"))
            let listeners =
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            #expect(try await integer(listeners, in: database) == 1)
        }
    }

    @Test func listensAgainAfterItsConnectionWasLost() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            var heard = database.notifications(on: "a").makeAsyncIterator()
            #expect(await heard.following() == .reconnected)
            try await database.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE query LIKE 'LISTEN%' AND datname = current_database()
                """)
            #expect(await heard.following() == .reconnected)
            try await database.notify("a", "again")
            #expect(await heard.following() == .message(payload: "again"))
        }
    }

    @Test func endsWithTheDatabaseAndWithItsTask() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let cancelled = Task { await database.notifications(on: "a").reduce(0) { count, _ in count + 1 } }
            cancelled.cancel()
            _ = await cancelled.value
            let notifications = database.notifications(on: "a")
            await database.close()
            for await _ in notifications {}
            for await _ in database.notifications(on: "a") { Issue.record("heard something") }
        }
    }
}
