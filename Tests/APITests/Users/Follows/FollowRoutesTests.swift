import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Following, feeds and usage over HTTP, against the running program.
struct FollowRoutesTests {
    private func ids(_ response: TestResponse) -> [Int] {
        (response.data as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int }
    }

    @Test func bringsTracksIntoTheFeed() async throws {
        try await TracksApp.run { test in
            let (ann, bob) = (test.ann, test.bob)
            var uploaded: [Int] = []
            for seed in 0..<3 {
                uploaded.append(try await test.upload(Fixture.noise(seconds: 1, seed: UInt64(100 + seed))).id)
            }
            let hidden = try await test.upload(
                Fixture.noise(seconds: 1, seed: 110), fields: [("visibility", "private")])
            func feed(_ query: String = "") async throws -> TestResponse {
                try await test.app.api(.GET, "/users/me/feed\(query)", token: bob.accessToken)
            }
            #expect(ids(try await feed()) == [])
            for _ in 1...2 {
                let followed = try await test.app.api(.POST, "/users/\(ann.id)/follow", token: bob.accessToken)
                #expect(followed.status == 200)
                #expect((followed.data as? [String: Any])?["followers_count"] as? Int == 1)
            }
            #expect(ids(try await feed()) == uploaded.reversed())
            let page = try await feed("?limit=2")
            #expect(ids(page) == [uploaded[2], uploaded[1]])
            #expect((page.json?["pagination"] as? [String: Any])?["has_more"] as? Bool == true)
            #expect(ids(try await feed("?before=\(uploaded[1])")) == [uploaded[0]])
            #expect(ids(try await feed("?after=\(uploaded[0])&limit=1")) == [uploaded[1]])
            #expect(try await feed("?before=x").status == 400)
            let shown = try await test.app.api(.GET, "/users/\(ann.id)", token: bob.accessToken)
            #expect((shown.data as? [String: Any])?["followed"] as? Bool == true)

            let tracks = try await test.app.api(.GET, "/users/\(ann.id)/tracks", token: bob.accessToken)
            #expect(ids(tracks) == uploaded.reversed())
            let own = try await test.app.api(.GET, "/users/\(ann.id)/tracks", token: ann.accessToken)
            #expect(ids(own) == [hidden.id] + uploaded.reversed())

            for _ in 1...2 {
                #expect(
                    try await test.app.api(.DELETE, "/users/\(ann.id)/follow", token: bob.accessToken).status == 200)
            }
            #expect(ids(try await feed()) == [])
        }
    }

    @Test func refusesStrangersOneselfAndNobody() async throws {
        try await TracksApp.run { test in
            for (method, path) in [
                (HTTPMethod.POST, "/users/1/follow"), (.DELETE, "/users/1/follow"), (.GET, "/users/1/tracks"),
                (.GET, "/users/me/feed"), (.GET, "/users/me/usage"),
            ] {
                #expect(try await test.app.api(method, path).status == 401, "\(path)")
            }
            let ann = test.ann
            let oneself = try await test.app.api(.POST, "/users/\(ann.id)/follow", token: ann.accessToken)
            #expect(oneself.status == 400)
            #expect(try await test.app.api(.POST, "/users/999/follow", token: ann.accessToken).status == 404)
            #expect(try await test.app.api(.GET, "/users/999/tracks", token: ann.accessToken).status == 404)
        }
    }

    @Test func usageIsWhatCountsTowardTheQuota() async throws {
        try await TracksApp.run(environment: ["USER_QUOTA_BYTES": "1000000"]) { test in
            let file = Fixture.noise(seconds: 1, seed: 120)
            _ = try await test.upload(file)
            let usage = try await test.app.api(.GET, "/users/me/usage", token: test.ann.accessToken)
            let data = try #require(usage.data as? [String: Any])
            #expect(data["used_bytes"] as? Int == file.count)
            #expect(data["quota_bytes"] as? Int == 1_000_000)
            #expect(data["available_bytes"] as? Int == 1_000_000 - file.count)
            #expect(data["tracks"] as? [String: Int] == ["count": 1, "bytes": file.count])
            #expect(data["files"] as? [String: Int] == ["count": 0, "bytes": 0])
            let other = try await test.app.api(.GET, "/users/me/usage", token: test.bob.accessToken)
            #expect((other.data as? [String: Any])?["used_bytes"] as? Int == 0)
        }
    }
}
