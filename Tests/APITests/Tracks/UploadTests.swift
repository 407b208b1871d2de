import NIOHTTP1
import Foundation
import TestSupport
import Testing

/// Uploads over HTTP, good and bad.
@Suite struct UploadTests {
    @Test func everyFormatIsReadIn() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.folder.path)
            .filter { $0.hasPrefix("sine-") && !$0.contains("-is-") }
        try #require(names.count > 30)
        try await TracksApp.run { test in
            for name in names {
                let track = try await test.upload(try Fixture.data(name), named: name)
                #expect(track.text("status") == "processing")
                let settled = try await test.app.settledTrack(track.id, token: test.ann.accessToken)
                #expect(settled["status"] as? String == "ready", "\(name): \(settled["failure"] ?? "")")
                let seconds = name.contains("-0.5s") ? 0.5 : name.contains("-1s") ? 1 : 2
                let duration = try #require(settled["duration_ms"] as? Int)
                #expect(abs(Double(duration) / 1_000 - seconds) < 0.1, "\(name): \(duration)")
                #expect(settled["loudness_lufs"] is Double, "\(name)")
                #expect((settled["warnings"] as? [String]) == [], "\(name)")
                let original = try await test.app.request(.GET, track.streamURL + "&format=original")
                #expect(original.body == (try Fixture.data(name)), "\(name)")
                let playable = try await test.app.request(.GET, track.fileURL)
                #expect(playable.status == 200, "\(name): \(playable)")
                let opus = try await test.app.request(.GET, track.streamURL + "&format=opus&bitrate=32")
                #expect(opus.status == 200 && opus.body.starts(with: Data("OggS".utf8)), "\(name): \(opus)")
            }
        }
    }

    @Test func genresBecomeTagsUnlessTagsAreGiven() async throws {
        let folder = try TemporaryDirectory()
        let path = "\(folder.path)/genre.flac"
        let made = try await Program.run(
            "ffmpeg",
            [
                "-v", "error", "-i", Fixture.path("sine-440hz-2s-stereo-48k.flac"), "-metadata",
                "genre=Deep House; Ambient", path,
            ])
        try #require(made.status == 0, "\(made.errors)")
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        try await TracksApp.run { test in
            let plain = try await test.app.upload(file, named: "a.flac", token: test.ann.accessToken)
            #expect((plain.data as? [String: Any])?["tags"] as? [String] == ["deep-house", "ambient"])
            let tagged = try await test.app.upload(
                file, named: "a.flac", fields: [("tags", "mine")], token: test.bob.accessToken)
            #expect((tagged.data as? [String: Any])?["tags"] as? [String] == ["mine"])
        }
    }

    @Test func aTrackHasEveryMemberOfTheContract() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(
                try Fixture.data("sine-440hz-2s-stereo-48k.flac"), named: "../../A ليل 🎧.flac",
                fields: [("tags", "Deep House, LIVE,,live"), ("bpm", "120.5"), ("visibility", "unlisted")])
            let expected: Set = [
                "id", "user_id", "title", "artist", "album", "description", "licence", "bpm", "key", "tags",
                "visibility", "downloadable", "status", "failure", "warnings", "duration", "duration_ms",
                "loudness_lufs", "true_peak_dbtp", "file_url", "stream_url", "hls_url", "waveform_url", "cover_url",
                "share_url", "plays", "likes", "liked", "version", "created_at", "updated_at",
            ]
            #expect(Set(track.members.keys) == expected)
            #expect(track.text("title") == "A ليل 🎧")
            #expect(track.text("artist") == "ann")
            #expect(track.members["tags"] as? [String] == ["deep-house", "live"])
            #expect(track.members["bpm"] as? Double == 120.5)
            #expect(track.members["duration"] as? Int == 2)
            #expect(track.fileURL.hasPrefix("/uploads/tracks/\(track.id).flac?"))
            #expect(track.waveformURL.hasPrefix("/uploads/waveforms/\(track.id).png?"))
            let shared = try await test.app.request(.GET, track.text("share_url"), token: test.bob.accessToken)
            #expect(shared.status == 200)
            #expect(TrackJSON(shared.data)?.members["share_url"] == nil)
            let seen = try await test.app.api(.GET, "/tracks/\(track.id)", token: test.bob.accessToken)
            #expect(seen.status == 404)
        }
    }

    @Test func fieldsMayComeBehindTheFile() async throws {
        try await TracksApp.run { test in
            let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.flac\"\r\n\r\n"
            let tail = "\r\n--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nBehind\r\n--b--\r\n"
            let body = Data(head.utf8) + (try Fixture.data("sine-440hz-2s-stereo-48k.flac")) + Data(tail.utf8)
            let response = try await test.app.request(
                .POST, "/api/v1/tracks", headers: ["Content-Type": "multipart/form-data; boundary=b"], body: body,
                token: test.ann.accessToken)
            #expect(response.status == 201)
            #expect(TrackJSON(response.data)?.text("title") == "Behind")
        }
    }

    @Test func whatIsNoTrackIsRefusedAndLeavesNothing() async throws {
        try await TracksApp.run(environment: ["MAX_TRACK_SIZE": "400000"]) { test in
            let token = test.ann.accessToken
            func status(_ file: Data?, _ fields: [(String, String)] = []) async throws -> Int {
                let form = TestApp.form(file, fields: fields)
                return try await test.app.request(
                    .POST, "/api/v1/tracks", headers: form.headers, body: form.body, token: token
                ).status
            }
            for (name, expected) in [
                ("malformed/text.wav", 415), ("malformed/empty.wav", 400), ("malformed/random.mp3", 415),
                ("malformed/header-cut.flac", 415), ("malformed/picture.mp3", 415), ("malformed/zeros.mp3", 415),
                ("film-1s-vp8-opus.webm", 415),
            ] {
                #expect(try await status(try Fixture.data(name)) == expected, "\(name)")
            }
            let flac = try Fixture.data("sine-440hz-2s-stereo-48k.flac")
            #expect(try await status(nil) == 400)
            #expect(try await status(flac, [("bpm", "fast")]) == 400)
            #expect(try await status(flac, [("visibility", "secret")]) == 400)
            #expect(try await status(Data(count: 500_000)) == 413)
            #expect(try await status(flac, [("description", String(repeating: "x", count: 140_000))]) == 413)
            let json = try await test.app.api(.POST, "/tracks", ["title": "x"], token: token)
            #expect(json.status == 415)
            let anonymous = try await test.app.api(.POST, "/tracks")
            #expect(anonymous.status == 401)
            let wrong = try await test.app.request(
                .POST, "/api/v1/tracks", headers: ["Content-Type": "multipart/form-data; boundary=other"],
                body: TestApp.form(flac).body, token: token)
            #expect(wrong.status == 400)
            #expect(try test.stored("tmp").isEmpty)
            #expect(try test.stored("blobs").isEmpty)
            #expect(try await status(flac) == 201)
        }
    }

    @Test func aLengthThatIsTooMuchIsRefusedBeforeItIsSent() async throws {
        try await TracksApp.run { test in
            let answer = try await RawConnection.exchange(
                with: test.app.url,
                "POST /api/v1/tracks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(test.ann.accessToken)\r\n"
                    + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 3000000000\r\n\r\n",
                body: Data(count: 1_024))
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.contains("too_large"))
            #expect(try test.stored("tmp").isEmpty)
        }
    }

    @Test func aFullAccountIsTold() async throws {
        try await TracksApp.run(environment: ["USER_QUOTA_BYTES": "100000"]) { test in
            let flac = try Fixture.data("sine-440hz-2s-stereo-48k.flac")
            _ = try await test.upload(flac)
            let refused = try await test.app.upload(
                try Fixture.data("sine-440hz-2s-stereo-48k-cbr128.mp3"), token: test.ann.accessToken)
            #expect(refused.status == 413)
            #expect(refused.code == "quota_exceeded")
            #expect(try test.stored("tmp").isEmpty)
            #expect(try test.stored("blobs").filter { !$0.contains(".") }.count == 1)
        }
    }

    @Test func tenAtOnceMakeOneTrack() async throws {
        try await TracksApp.run { test in
            let file = Fixture.noise(seconds: 2, seed: 7)
            let token = test.ann.accessToken
            let app = test.app
            let answers = try await withThrowingTaskGroup(of: TestResponse.self) { group in
                for _ in 0..<10 { group.addTask { try await app.upload(file, named: "a.wav", token: token) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let made = answers.filter { $0.status == 201 }
            #expect(made.count == 1)
            let id = TrackJSON(made.first?.data)?.id
            for answer in answers where answer.status != 201 {
                #expect(answer.status == 409)
                #expect(answer.code == "duplicate_track")
                #expect(answer.json?["track_id"] as? Int == id)
            }
            #expect(try test.stored("tmp").isEmpty)
        }
    }
}
