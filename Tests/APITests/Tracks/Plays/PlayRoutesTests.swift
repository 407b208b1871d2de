import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API

/// Listens over HTTP, against the running program.
struct PlayRoutesTests {
    private func report(
        _ test: TracksApp, _ track: Int, _ body: [String: any Sendable]?, query: String = "", by account: TestAccount
    ) async throws -> TestResponse {
        try await test.app.api(.POST, "/tracks/\(track)/plays\(query)", body, token: account.accessToken)
    }

    private func list(_ test: TracksApp, _ query: String = "", of account: TestAccount) async throws -> [[String: Any]]
    {
        let answer = try await test.app.api(.GET, "/users/me/plays\(query)", token: account.accessToken)
        return try #require(answer.data as? [[String: Any]], "\(answer)")
    }

    private func count(_ test: TracksApp, _ track: Int) async throws -> Int? {
        let answer = try await test.app.api(.GET, "/tracks/\(track)", token: test.ann.accessToken)
        return members(answer.data)["plays"] as? Int
    }

    @Test func aListenCountsOnceAndKeepsItsPlace() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 2, seed: 301)).id
            _ = try await test.app.settledTrack(track, token: test.ann.accessToken)
            let begun = try await report(test, track, ["position_ms": 400], by: test.bob)
            #expect(begun.status == 201 && members(begun.data)["counted"] as? Bool == false)
            let heard = try await report(test, track, ["position_ms": 1_500, "listened_ms": 1_100], by: test.bob)
            #expect(heard.status == 200 && members(heard.data)["counted"] as? Bool == true)
            #expect(members(heard.data)["id"] as? Int == members(begun.data)["id"] as? Int)
            _ = try await report(test, track, ["position_ms": 1_900, "listened_ms": 1_500], by: test.bob)
            #expect(try await count(test, track) == 1)
            // Another listen, too soon to have been one.
            let again = try await report(test, track, ["position_ms": 0, "listened_ms": 0], by: test.bob)
            #expect(again.status == 201)
            let plays = try await list(test, of: test.bob)
            #expect(plays.map { $0["position_ms"] as? Int } == [0, 1_900])
            #expect(plays.map { members($0["track"])["id"] as? Int } == [track, track])
            #expect(plays.map { $0["counted"] as? Bool } == [false, true])
            let cursor = try #require(plays.first?["id"] as? Int)
            #expect(try await list(test, "?before=\(cursor)&limit=1", of: test.bob).count == 1)
            #expect(try await list(test, "?after=\(cursor)", of: test.bob).isEmpty)
            #expect(try await list(test, of: test.ann).isEmpty)
        }
    }

    @Test func manyReportsAtOnceCountOnce() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 302)).id
            // Without a body: it was heard.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await report(test, track, nil, by: test.bob).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 200: 19])
            #expect(try await count(test, track) == 1)
            _ = try await report(test, track, nil, by: test.ann)
            #expect(try await count(test, track) == 2)
        }
    }

    @Test func showsAndCountsOnlyWhatMayBeHeard() async throws {
        try await TracksApp.run { test in
            let hidden = try await test.upload(
                Fixture.noise(seconds: 1, seed: 303), fields: [("visibility", "private")]
            ).id
            let unlisted = try await test.upload(
                Fixture.noise(seconds: 1, seed: 304), fields: [("visibility", "unlisted")])
            _ = try await test.app.settledTrack(hidden, token: test.ann.accessToken)
            #expect(try await report(test, hidden, nil, by: test.bob).status == 404)
            #expect(try await report(test, unlisted.id, nil, by: test.bob).status == 404)
            let key = String(unlisted.text("share_url").drop { $0 != "?" })
            #expect(try await report(test, unlisted.id, nil, query: key, by: test.bob).status == 201)
            #expect(try await list(test, of: test.bob).count == 1)
            let closed = ["visibility": "private"]
            _ = try await test.app.api(.PUT, "/tracks/\(unlisted.id)", closed, token: test.ann.accessToken)
            #expect(try await list(test, of: test.bob).isEmpty)

            for body in [["position_ms": -1], ["position_ms": 1_001], ["listened_ms": -1], ["listened_ms": Int.max]] {
                #expect(try await report(test, hidden, body, by: test.ann).code == "invalid", "\(body)")
            }
            #expect(try await test.app.api(.GET, "/users/me/plays").status == 401)
            #expect(try await test.app.api(.POST, "/tracks/\(hidden)/plays").status == 401)
        }
    }
}
