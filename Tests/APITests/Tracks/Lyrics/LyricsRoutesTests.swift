import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct LyricsRoutesTests {
    private func lyrics(_ test: TracksApp, _ id: Int, token: String, query: String = "") async throws -> TestResponse {
        try await test.app.api(.GET, "/tracks/\(id)/lyrics\(query)", token: token)
    }

    private func text(_ response: TestResponse) -> String? { (response.data as? [String: Any])?["lyrics"] as? String }

    @Test func theOwnerWritesAndOthersRead() async throws {
        try await TracksApp.run { test in
            let (ann, bob) = (test.ann.accessToken, test.bob.accessToken)
            let lrc = "[offset:-100]\n[00:02.00]two <b>\n[00:01.00]one"
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 70), fields: [("lyrics", lrc)])
            let first = try await lyrics(test, track.id, token: bob)
            #expect(first.status == 200)
            #expect(text(first) == lrc)
            let synced = (first.data as? [String: Any])?["synced"] as? [[String: Any]]
            #expect(synced?.map { $0["at_ms"] as? Int } == [1_100, 2_100])
            #expect(synced?.map { $0["text"] as? String } == ["one", "two <b>"])
            func put(_ body: String, _ token: String?) async throws -> TestResponse {
                try await test.app.request(
                    .PUT, "/api/v1/tracks/\(track.id)/lyrics", headers: ["Content-Type": "application/json"],
                    body: Data(body.utf8), token: token)
            }
            #expect(try await put(#"{"lyrics": "mine"}"#, bob).status == 403)
            #expect(try await put(#"{"lyrics": "mine"}"#, nil).status == 401)
            let changed = try await put(#"{"lyrics": " Just\r\nwords "}"#, ann)
            #expect(changed.status == 200)
            #expect(text(changed) == "Just\nwords")
            #expect((changed.data as? [String: Any])?["synced"] is NSNull)
            #expect(try await put("{}", ann).status == 400)
            #expect(try await put(#"{"lyrics": "\#(String(repeating: "x", count: 102_401))"}"#, ann).status == 400)
            #expect(try await put(#"{"lyrics": null}"#, ann).status == 200)
            #expect((try await lyrics(test, track.id, token: ann).data as? [String: Any])?["lyrics"] is NSNull)
        }
    }

    @Test func thoseOfTheFileAreKeptUnlessTheOwnerSaysOtherwise() async throws {
        try await TracksApp.run { test in
            let token = test.ann.accessToken
            let file = try Fixture.data("sine-440hz-1s-stereo-44.1k-lyrics.flac")
            let track = try await test.upload(file, named: "a.flac")
            _ = try await test.app.settledTrack(track.id, token: token)
            #expect(text(try await lyrics(test, track.id, token: token))?.contains("[00:00.20]First") == true)
            _ = try await test.app.request(
                .PUT, "/api/v1/tracks/\(track.id)/lyrics", headers: ["Content-Type": "application/json"],
                body: Data(#"{"lyrics": null}"#.utf8), token: token)
            #expect(text(try await lyrics(test, track.id, token: token)) == nil)
        }
    }

    @Test func whoMayNotHearTheTrackMayNotReadThem() async throws {
        try await TracksApp.run { test in
            let hidden = try await test.upload(
                Fixture.noise(seconds: 1, seed: 71), fields: [("visibility", "private"), ("lyrics", "secret")])
            #expect(try await lyrics(test, hidden.id, token: test.bob.accessToken).status == 404)
            let unlisted = try await test.upload(
                Fixture.noise(seconds: 1, seed: 72), fields: [("visibility", "unlisted"), ("lyrics", "for friends")])
            #expect(try await lyrics(test, unlisted.id, token: test.bob.accessToken).status == 404)
            let key = try #require(unlisted.text("share_url").split(separator: "=").last)
            let opened = try await lyrics(test, unlisted.id, token: test.bob.accessToken, query: "?key=\(key)")
            #expect(text(opened) == "for friends")
        }
    }
}
