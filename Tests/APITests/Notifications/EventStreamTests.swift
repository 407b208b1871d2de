import Platform
import Postgres
import Testing

@testable import API

/// The stream itself, without HTTP: each test takes what is written until the stream ends.
struct EventStreamTests {
    private struct Gone: Error {}

    /// Collects texts until `last` of them have come, then pretends that the client went away.
    private func texts(
        of stream: EventStream, upTo last: Int, then act: (Int) async throws -> Void = { _ in }
    ) async throws -> [String] {
        var stream = stream
        var texts: [String] = []
        do {
            try await stream.run { text in
                texts.append(text)
                try await act(texts.count)
                if texts.count == last { throw Gone() }
            }
        } catch is Gone {}
        return texts
    }

    private func stream(
        _ fixture: AccountsFixture, _ token: String, heartbeat: Duration = .seconds(600), lastID: Int = 0
    ) async throws -> EventStream {
        let caller = try await fixture.accounts.caller(bearer: token)
        return EventStream(
            caller: caller, subscription: fixture.events.subscribe(userID: caller.userID),
            store: NotificationStore(fixture.database), authenticate: fixture.accounts.caller(userID:credential:),
            heartbeat: heartbeat, lastID: lastID)
    }

    @Test func sendsWhatWasMissedAndThenWhatComes() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let token = try await fixture.login().accessToken
            let notifications = Notifications(database: fixture.database, events: fixture.events)
            for index in 0..<3 { try await notifications.add(userID: id, kind: "missed", payload: ["index": index]) }
            let first = try await notifications.store.following(0, userID: id, limit: 1)
            let stream = try await stream(fixture, token, lastID: try #require(first.first).id)
            let texts = try await texts(of: stream, upTo: 4) { count in
                if count == 3 { try await notifications.add(userID: id, kind: "fresh", payload: ["index": 3]) }
            }
            #expect(texts[0].hasPrefix("retry: "))
            #expect(texts[1].hasPrefix("event: notification\n") && texts[1].contains(#""index":1"#))
            #expect(texts[2].contains(#""index":2"#))
            #expect(texts[3].contains(#""kind":"fresh""#) && texts[3].contains("\nid: "))
        }
    }

    @Test func tellsTheOwnerOnlyOfTracks() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let stream = try await stream(fixture, try await fixture.login().accessToken)
            let texts = try await texts(of: stream, upTo: 2) { count in
                guard count == 1 else { return }
                await fixture.events.publish(Event(.trackProgress, userID: id + 1, id: 1, detail: "10"))
                await fixture.events.publish(Event(.trackChanged, id: 2))
                await fixture.events.publish(Event(.ingestQueued, id: 3))
                await fixture.events.publish(Event(.trackProgress, userID: id, id: 4, detail: "ready"))
            }
            #expect(texts[1] == "event: track_progress\ndata: {\"status\":\"ready\",\"track_id\":4}\n\n")
        }
    }

    @Test func endsWithItsSessionAndNoOther() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let session = try await fixture.login()
            let other = try await fixture.login()
            let stream = try await stream(fixture, session.accessToken)
            let texts = try await texts(of: stream, upTo: 100) { count in
                switch count {
                case 1:
                    try await fixture.accounts.logout(try await fixture.accounts.caller(bearer: other.accessToken))
                    await fixture.events.publish(Event(.trackChanged, userID: id, id: 1))
                case 2:
                    try await fixture.accounts.logout(try await fixture.accounts.caller(bearer: session.accessToken))
                default: break
                }
            }
            #expect(texts.count == 3)
            #expect(texts[1].hasPrefix("event: track_changed\n"))
            #expect(texts[2] == "event: session_ended\ndata: {}\n\n")
        }
    }

    @Test func endsWithABanAndTellsOfASuspension() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let stream = try await stream(fixture, try await fixture.login().accessToken)
            let texts = try await texts(of: stream, upTo: 100) { count in
                switch count {
                case 1: try await fixture.administration.setStatus(accountID: id, .suspended)
                case 2: try await fixture.administration.setStatus(accountID: id, .banned)
                default: break
                }
            }
            #expect(texts.count == 3)
            #expect(texts[1] == "event: account_changed\ndata: {\"role\":\"user\",\"status\":\"suspended\"}\n\n")
            #expect(texts[2].hasPrefix("event: session_ended\n"))
        }
    }

    /// No event tells of this end: the check that goes with each heartbeat finds it.
    @Test func heartbeatsFindWhatNoEventTold() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let stream = try await stream(fixture, try await fixture.login().accessToken, heartbeat: .milliseconds(1))
            let texts = try await texts(of: stream, upTo: 10_000) { count in
                if count == 3 { try await fixture.database.execute("UPDATE sessions SET ended_at = now()") }
            }
            #expect(texts[1] == ServerSentEvent.heartbeat)
            #expect(texts.last?.hasPrefix("event: session_ended\n") == true)
        }
    }

    @Test func endsWithTheNode() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let stream = try await stream(fixture, try await fixture.login().accessToken)
            let texts = try await texts(of: stream, upTo: 100) { _ in fixture.events.close() }
            #expect(texts.count == 1)
        }
    }
}
