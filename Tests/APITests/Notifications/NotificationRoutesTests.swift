import Foundation
import Logging
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Over HTTP, against the running program and a database of its own.
struct NotificationRoutesTests {
    /// What another node would do: its events reach the program through the database.
    private func remote(_ database: Database) -> EventBus {
        EventBus(logger: quietLogger) { try await database.notify("talas_events", $0) }
    }

    private func ids(_ response: TestResponse) -> [Int] {
        (response.data as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int }
    }

    @Test func listsAndMarksOnesOwn() async throws {
        try await AccountRoutesTests.run { app, database in
            let john = try await app.signUp("john")
            let jane = try await app.signUp("jane")
            let notifications = Notifications(database: database, events: remote(database))
            for index in 0..<5 { try await notifications.add(userID: john.id, kind: "test", payload: ["index": index]) }

            let first = try await app.api(.GET, "/notifications?limit=2", token: john.accessToken)
            #expect(first.status == 200 && ids(first).count == 2)
            #expect(first.json?["unread"] as? Int == 5)
            let item = try #require((first.data as? [[String: Any]])?.first)
            #expect(Set(item.keys) == ["id", "kind", "payload", "created_at", "read_at"])
            #expect(item["read_at"] is NSNull && (item["payload"] as? [String: Int]) == ["index": 4])
            let pagination = try #require(first.json?["pagination"] as? [String: Any])
            #expect(pagination["has_more"] as? Bool == true)

            let before = try #require(pagination["before"] as? Int)
            let rest = try await app.api(.GET, "/notifications?before=\(before)", token: john.accessToken)
            #expect(ids(rest).count == 3 && ids(rest).allSatisfy { $0 < before })
            #expect((rest.json?["pagination"] as? [String: Any])?["has_more"] as? Bool == false)

            #expect(ids(try await app.api(.GET, "/notifications", token: jane.accessToken)).isEmpty)
            let strange = try await app.api(.POST, "/notifications/read", ["up_to": before], token: jane.accessToken)
            #expect(strange.status == 200)
            let read = try await app.api(.POST, "/notifications/read", ["up_to": before], token: john.accessToken)
            #expect((read.data as? [String: Int]) == ["unread": 1])
        }
    }

    @Test func refusesStrangersAndNonsense() async throws {
        try await AccountRoutesTests.run { app, _ in
            let john = try await app.signUp("john")
            for (method, path) in [("GET", "/notifications"), ("POST", "/events/ticket"), ("GET", "/events")] {
                #expect(try await app.api(.init(rawValue: method), path).status == 401, "\(path)")
            }
            for query in ["limit=0", "limit=101", "limit=x", "before=yesterday", "after=1.5"] {
                let response = try await app.api(.GET, "/notifications?\(query)", token: john.accessToken)
                #expect(response.status == 400, "\(query)")
            }
            let body = try await app.api(.POST, "/notifications/read", ["up_to": "x"], token: john.accessToken)
            #expect(body.status == 400)
        }
    }

    @Test func aTicketOpensOneStream() async throws {
        try await AccountRoutesTests.run { app, database in
            let john = try await app.signUp("john")
            let response = try await app.api(.POST, "/events/ticket", token: john.accessToken)
            #expect(response.status == 201)
            let data = try #require(response.data as? [String: Any])
            #expect(data["expires_in"] as? Int == 60)
            let ticket = try #require(data["ticket"] as? String)

            var listener = try await EventListener(app, query: "?ticket=\(ticket)")
            #expect(listener.status == 200 && listener.contentType == "text/event-stream")
            let again = try await EventListener(app, query: "?ticket=\(ticket)")
            #expect(again.status == 401)

            try await Notifications(database: database, events: remote(database)).add(
                userID: john.id, kind: "test", payload: ["index": 1])
            let event = try #require(try await listener.next())
            #expect(event.first == "event: notification" && event.last?.hasPrefix("id: ") == true)

            #expect(try await app.api(.POST, "/auth/logout", token: john.accessToken).status == 200)
            #expect(try await listener.next() == ["event: session_ended", "data: {}"])
            #expect(try await listener.next() == nil)
        }
    }

    @Test func aTicketDiesWithItsSession() async throws {
        try await AccountRoutesTests.run { app, _ in
            let john = try await app.signUp("john")
            let response = try await app.api(.POST, "/events/ticket", token: john.accessToken)
            let ticket = try #require((response.data as? [String: Any])?["ticket"] as? String)
            #expect(try await app.api(.POST, "/auth/logout", token: john.accessToken).status == 200)
            #expect(try await EventListener(app, query: "?ticket=\(ticket)").status == 401)
        }
    }

    @Test func resumesAfterTheLastOneThatArrived() async throws {
        try await AccountRoutesTests.run { app, database in
            let john = try await app.signUp("john")
            let notifications = Notifications(database: database, events: remote(database))
            for index in 0..<3 { try await notifications.add(userID: john.id, kind: "test", payload: ["index": index]) }
            let all = try await notifications.store.following(0, userID: john.id, limit: 10).map(\.id)
            var listener = try await EventListener(app, token: john.accessToken, lastID: all[0])
            #expect(try await listener.next()?.last == "id: \(all[1])")
            #expect(try await listener.next()?.last == "id: \(all[2])")
        }
    }

    @Test func aBanOnAnotherNodeEndsTheStream() async throws {
        try await AccountRoutesTests.run { app, database in
            let john = try await app.signUp("john")
            let jane = try await app.signUp("jane")
            var johns = try await EventListener(app, token: john.accessToken)
            var janes = try await EventListener(app, token: jane.accessToken)
            let events = remote(database)
            try await AccountAdministration(database, events: events).setStatus(accountID: john.id, .banned)
            #expect(try await johns.next() == ["event: session_ended", "data: {}"])
            #expect(try await johns.next() == nil)
            // Another's stream goes on.
            try await Notifications(database: database, events: events).add(
                userID: jane.id, kind: "test", payload: [String: Int]())
            #expect(try await janes.next()?.first == "event: notification")
        }
    }

    @Test func streamsEndWithTheServer() async throws {
        try await AccountRoutesTests.run { app, _ in
            let john = try await app.signUp("john")
            var listener = try await EventListener(app, token: john.accessToken)
            #expect(listener.status == 200)
            let status = await app.process.end()
            #expect(status == 0)
            #expect(try await listener.next() == nil)
        }
    }
}
