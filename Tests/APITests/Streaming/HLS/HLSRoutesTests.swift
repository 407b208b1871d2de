import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct HLSRoutesTests {
    private static func text(_ response: TestResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    /// Addresses in a playlist, completed as a player does it.
    private static func addresses(_ playlist: TestResponse, at path: String) -> [String] {
        let folder = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let map = text(playlist).firstMatch(of: /URI="([^"]+)"/).map { [String($0.1)] } ?? []
        let lines = text(playlist).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        return (map + lines).map { folder.joined(separator: "/") + "/" + $0 }
    }

    private static func ready(_ test: TracksApp, seconds: Double, seed: UInt64, _ fields: [(String, String)] = [])
        async throws -> TrackJSON
    {
        let track = try await test.upload(Fixture.noise(seconds: seconds, seed: seed), fields: fields)
        let settled = try await test.app.settledTrack(track.id, token: test.ann.accessToken)
        try #require(settled["status"] as? String == "ready")
        return try #require(TrackJSON(settled))
    }

    @Test func everyAddressOpensWithoutAHeader() async throws {
        try await TracksApp.run { test in
            let track = try await Self.ready(test, seconds: 13, seed: 61)
            for suffix in ["", "&format=opus"] {
                let path = track.text("hls_url") + suffix
                let master = try await test.app.request(.GET, path)
                #expect(master.status == 200)
                #expect(master.headers["Content-Type"].first == "application/vnd.apple.mpegurl")
                let renditions = Self.addresses(master, at: path)
                #expect(renditions.count == 3)
                let playlist = try await test.app.request(.GET, renditions[0])
                #expect(playlist.status == 200)
                let files = Self.addresses(playlist, at: renditions[0])
                #expect(files.count == (suffix.isEmpty ? 4 : 8))
                for file in files {
                    let answer = try await test.app.request(.GET, file)
                    #expect(answer.status == 200)
                    #expect(answer.headers["Content-Type"].first == "audio/mp4")
                    let head = try await test.app.request(.HEAD, file)
                    #expect(head.headers["Content-Length"].first == "\(answer.body.count)")
                    let range = try await test.app.request(.GET, file, headers: ["Range": "bytes=5-90"])
                    #expect(range.body == answer.body[5...90])
                    let etag = try #require(answer.headers["ETag"].first)
                    #expect(try await test.app.request(.GET, file, headers: ["If-None-Match": etag]).status == 304)
                }
            }
        }
    }

    @Test func segmentsAreThoseOfTheRenditionAndMadeOnce() async throws {
        try await TracksApp.run { test in
            let track = try await Self.ready(test, seconds: 13, seed: 62)
            let token = test.bob.accessToken
            let whole = try await test.app.request(.GET, "/uploads/tracks/\(track.id).m4a?bitrate=128", token: token)
            let folder = "/api/v1/tracks/\(track.id)/hls/aac-128"
            var segments = Data()
            for index in 0..<3 {
                segments += try await test.app.request(.GET, "\(folder)/\(index).m4s", token: token).body
            }
            #expect(whole.body.suffix(segments.count) == segments)
            let metrics = try await test.app.request(.GET, "/metrics")
            #expect(Self.text(metrics).contains("\ntalas_segment_cache_misses_total 3\n"))
            for name in ["3.m4s", "-1.m4s", "00.m4s", "a.m4s", "0.mp4", "0.m4s.m4s"] {
                #expect(try await test.app.request(.GET, "\(folder)/\(name)", token: token).status == 404, "\(name)")
            }
            let other = "/api/v1/tracks/\(track.id)/hls/aac-96/index.m3u8"
            #expect(try await test.app.request(.GET, other, token: token).status == 404)
            let format = "/api/v1/tracks/\(track.id)/hls/master.m3u8?format=mp3"
            #expect(try await test.app.request(.GET, format, token: token).status == 400)
        }
    }

    @Test func strangersAreRefusedAndSignaturesEnd() async throws {
        try await TracksApp.run { test in
            let track = try await Self.ready(test, seconds: 1, seed: 63, [("visibility", "private")])
            let other = try await Self.ready(test, seconds: 1, seed: 64)
            let master = "/api/v1/tracks/\(track.id)/hls/master.m3u8"
            let query = try #require(track.text("hls_url").split(separator: "?").last)
            let folder = "/api/v1/tracks/\(track.id)/hls/aac-64"
            for path in [master, "\(folder)/index.m3u8", "\(folder)/init.mp4", "\(folder)/0.m4s"] {
                #expect(try await test.app.request(.GET, path).status == 401)
                #expect(try await test.app.request(.GET, path, token: test.bob.accessToken).status == 404)
                #expect(try await test.app.request(.GET, path, token: test.ann.accessToken).status == 200)
                #expect(try await test.app.request(.GET, "\(path)?\(query)").status == 200)
                #expect(try await test.app.request(.GET, "\(path)?\(query.dropLast())").status == 401)
                let elsewhere = path.replacing("/\(track.id)/", with: "/\(other.id)/")
                #expect(try await test.app.request(.GET, "\(elsewhere)?\(query)").status == 401)
            }
            // A playlist hands on the signature it was opened with, and no younger one.
            let playlist = try await test.app.request(.GET, "\(folder)/index.m3u8?x=1&\(query)")
            #expect(Self.text(playlist).contains("0.m4s?\(query)\n"))
            _ = try await test.app.api(.POST, "/auth/logout", token: test.ann.accessToken)
            for path in [master, "\(folder)/index.m3u8", "\(folder)/init.mp4", "\(folder)/0.m4s"] {
                #expect(try await test.app.request(.GET, "\(path)?\(query)").status == 401)
            }
        }
    }

    /// Whatever is made of a track: playlists, their files, renditions, waveforms.
    @Test func nothingIsThereOfATrackThatCouldNotBeReadIn() async throws {
        try await TracksApp.run { test in
            // Its header is a recording's, what follows is none.
            var file = try Fixture.data("sine-440hz-2s-stereo-48k.flac")
            file.replaceSubrange(8_500..., with: Data(repeating: 0, count: file.count - 8_500))
            let track = try await test.upload(file, named: "broken.flac")
            let token = test.ann.accessToken
            let settled = try await test.app.settledTrack(track.id, token: token)
            #expect(settled["status"] as? String == "failed", "\(settled)")
            let folder = "/api/v1/tracks/\(track.id)/hls"
            let files = [
                "master.m3u8", "master.m3u8?format=opus", "aac-64/index.m3u8", "aac-128/init.mp4", "aac-256/0.m4s",
                "opus-64/0.m4s",
            ]
            let others = ["/uploads/tracks/\(track.id).mp3", "/uploads/waveforms/\(track.id).json"]
            for path in files.map({ "\(folder)/\($0)" }) + others {
                for method in [HTTPMethod.GET, .HEAD] {
                    let answer = try await test.app.request(method, path, token: token)
                    #expect(answer.status == 409, "\(path)")
                    #expect(method == .HEAD || answer.code == "ingest_failed", "\(path)")
                    #expect(answer.headers["Retry-After"].isEmpty)
                }
            }
            // What it says is why, and the signed addresses of its object say the same without a header.
            let signed = try await test.app.request(.GET, TrackJSON(settled)?.text("hls_url") ?? "")
            #expect(signed.status == 409 && signed.code == "ingest_failed")
            let failure = try #require(settled["failure"] as? String)
            #expect("\(signed)".contains(failure), "\(signed)")
            let stranger = try await test.app.request(.GET, "\(folder)/master.m3u8")
            #expect(stranger.status == 401)
        }
    }

    @Test func nothingIsThereBeforeTheTrackIsReady() async throws {
        try await TracksApp.run(arguments: ["--roles", "api"]) { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 65))
            let folder = "/api/v1/tracks/\(track.id)/hls"
            for path in ["master.m3u8", "aac-64/index.m3u8", "aac-64/init.mp4", "opus-64/0.m4s"] {
                let answer = try await test.app.request(.GET, "\(folder)/\(path)", token: test.ann.accessToken)
                #expect(answer.status == 503)
                #expect(answer.code == "processing")
                #expect(answer.headers["Retry-After"].first == "2")
            }
        }
    }
}
