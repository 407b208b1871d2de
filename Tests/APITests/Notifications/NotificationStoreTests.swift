import Foundation
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

struct NotificationStoreTests {
    /// Runs the body with a store and the ids of two accounts.
    static func run<Value>(_ body: (Database, NotificationStore, Int, Int) async throws -> Value) async throws -> Value
    {
        try await withDatabase { database in
            let accounts = AccountStore(database)
            let first = try await accounts.insert(
                username: "john", email: "john@example.com", passwordHash: "x", role: .user)
            let second = try await accounts.insert(
                username: "jane", email: "jane@example.com", passwordHash: "x", role: .user)
            return try await body(database, NotificationStore(database), first, second)
        }
    }

    private func add(_ count: Int, to userID: Int, _ store: NotificationStore) async throws -> [Int] {
        var ids: [Int] = []
        for index in 0..<count {
            let id = try await store.insert(userID: userID, kind: "track_ready", payload: ["trackID": index])
            ids.append(try #require(id))
        }
        return ids
    }

    @Test func keepsWhatItIsGiven() async throws {
        struct Payload: Encodable {
            let trackID = 3
            let title = "Café \"été\""
        }
        try await Self.run { _, store, john, _ in
            _ = try await store.insert(userID: john, kind: "track_ready", payload: Payload())
            let found = try await store.page(userID: john, CursorPage())
            #expect(found.count == 1)
            #expect(found.first?.kind == "track_ready" && found.first?.readAt == nil)
            #expect(found.first?.payload == .object(["track_id": .integer(3), "title": .text("Café \"été\"")]))
        }
    }

    @Test func anAccountThatIsGoneIsToldNothing() async throws {
        try await Self.run { _, store, _, _ in
            let id = try await store.insert(userID: 999, kind: "x", payload: [String: Int]())
            #expect(id == nil)
        }
    }

    @Test func pagesBothWays() async throws {
        try await Self.run { _, store, john, jane in
            let ids = try await add(7, to: john, store)
            _ = try await add(3, to: jane, store)
            func page(before: Int? = nil, after: Int? = nil, limit: Int = 3) async throws -> [Int] {
                try await store.page(
                    userID: john,
                    CursorPage(before: before.map(Cursor.id), after: after.map(Cursor.id), limit: limit)
                ).map(\.id)
            }
            #expect(try await page() == [ids[6], ids[5], ids[4]])
            #expect(try await page(before: ids[4]) == [ids[3], ids[2], ids[1]])
            #expect(try await page(before: ids[1]) == [ids[0]])
            #expect(try await page(before: ids[0]).isEmpty)
            #expect(try await page(after: ids[1]) == [ids[4], ids[3], ids[2]])
            #expect(try await page(after: ids[6]).isEmpty)
            #expect(try await page(before: ids[5], after: ids[0], limit: 2) == [ids[4], ids[3]])
        }
    }

    @Test func pagesByTime() async throws {
        try await Self.run { database, store, john, _ in
            let ids = try await add(3, to: john, store)
            for (index, id) in ids.enumerated() {
                try await database.execute(
                    "UPDATE notifications SET created_at = $2 WHERE id = $1", id,
                    Date(timeIntervalSince1970: Double(1_000 * index)))
            }
            let middle = Cursor.time(Date(timeIntervalSince1970: 1_000))
            #expect(try await store.page(userID: john, CursorPage(before: middle)).map(\.id) == [ids[0]])
            #expect(try await store.page(userID: john, CursorPage(after: middle)).map(\.id) == [ids[2]])
        }
    }

    @Test func marksOnesOwnAsRead() async throws {
        try await Self.run { _, store, john, jane in
            let johns = try await add(3, to: john, store)
            let janes = try await add(2, to: jane, store)
            try await store.markRead(userID: john, upTo: johns[1])
            #expect(try await store.unreadCount(userID: john) == 1)
            try await store.markRead(userID: john, upTo: janes[1])
            #expect(try await store.unreadCount(userID: john) == 0)
            #expect(try await store.unreadCount(userID: jane) == 2)
            #expect(try await store.newestID(userID: john) == johns[2])
            #expect(try await store.newestID(userID: jane) == janes[1])
        }
    }

    /// Whoever has seen an id has missed none before it: one account's ids become visible in their order.
    @Test func idsBecomeVisibleInOrder() async throws {
        try await Self.run { database, store, john, _ in
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await database.transaction { transaction in
                                _ = try await NotificationStore(transaction).insert(
                                    userID: john, kind: "x", payload: [String: Int]())
                                _ = try await transaction.execute("SELECT pg_sleep(0.001)")
                            }
                        }
                    }
                }
                var seen: [Int] = []
                while seen.count < 80 {
                    let found = try await store.following(seen.last ?? 0, userID: john, limit: 100)
                    seen += found.map(\.id)
                    if found.isEmpty { await Task.yield() }
                }
                try await group.waitForAll()
                let all = try await store.following(0, userID: john, limit: 100).map(\.id)
                #expect(seen == all)
            }
        }
    }
}
