import Crypto
import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// What tus 1.0.0 says of requests and answers, over HTTP.
@Suite struct TusRoutesTests {
    private let wave = Fixture.noise(seconds: 0.2, seed: 1)

    private func client(_ test: TracksApp) -> TusClient { TusClient(app: test.app, token: test.ann.accessToken) }

    @Test func optionsSayWhatIsSupportedToAnybody() async throws {
        try await TracksApp.run(environment: ["MAX_TRACK_SIZE": "123456"]) { test in
            let answer = try await test.app.request(.OPTIONS, "/uploads/tus")
            #expect(answer.status == 204)
            #expect(answer.headers.first(name: "Tus-Version") == "1.0.0")
            #expect(answer.headers.first(name: "Tus-Resumable") == "1.0.0")
            #expect(answer.headers.first(name: "Tus-Max-Size") == "123456")
            #expect(
                answer.headers.first(name: "Tus-Extension")
                    == "creation,creation-with-upload,termination,checksum,expiration")
            #expect(answer.headers.first(name: "Tus-Checksum-Algorithm") == "sha1,sha256,md5")
        }
    }

    @Test func aTrackComesInPieces() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let fields = [
                ("filename", "../étude.wav"), ("filetype", "audio/wav"), ("tags", "live, piano"),
                ("visibility", "private"),
            ]
            let location = try await tus.create(wave.count, fields)
            let begun = try await tus.head(location)
            #expect(begun.status == 200 && begun.body.isEmpty)
            #expect(begun.offset == 0)
            #expect(begun.headers.first(name: "Upload-Length") == "\(wave.count)")
            #expect(begun.headers.first(name: "Upload-Metadata") == TusClient.metadata(fields))
            #expect(begun.headers.first(name: "Cache-Control") == "no-store")
            let first = try await tus.patch(location, at: 0, wave.prefix(10_000))
            #expect(first.status == 204 && first.offset == 10_000 && first.trackID == nil)
            #expect(first.headers.first(name: "Upload-Expires")?.hasSuffix("GMT") == true)
            let last = try await tus.patch(location, at: 10_000, wave.dropFirst(10_000))
            #expect(last.status == 204 && last.offset == wave.count)
            let id = try #require(last.trackID)
            for _ in 0..<2 {
                let again = try await tus.head(location)
                #expect(again.status == 200 && again.offset == wave.count && again.trackID == id)
            }
            let members = try await test.app.settledTrack(id, token: tus.token)
            let track = try #require(TrackJSON(members))
            #expect(track.text("title") == "étude" && track.text("visibility") == "private")
            #expect(track.members["tags"] as? [String] == ["live", "piano"])
            #expect(try await test.app.request(.GET, track.streamURL + "&format=original").body == wave)
            #expect(try test.stored("partial").isEmpty)
        }
    }

    @Test func creationMayCarryBytes() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let part = try await tus.post(wave.count, [("title", "In two")], body: wave.prefix(5_000))
            #expect(part.status == 201 && part.offset == 5_000)
            let location = try #require(part.headers.first(name: "Location"))
            #expect(try await tus.patch(location, at: 5_000, wave.dropFirst(5_000)).trackID != nil)
            let other = Fixture.noise(seconds: 0.2, seed: 2)
            let whole = try await tus.post(other.count, [("title", "At once")], body: other)
            #expect(whole.status == 201 && whole.trackID != nil)
            let again = try await tus.post(other.count, [("title", "At once")], body: other)
            #expect(again.status == 409 && again.code == "duplicate_track")
            #expect(again.json?["track_id"] as? Int == whole.trackID)
            let address = try #require(again.headers.first(name: "Location"))
            #expect(try await tus.head(address).status == 409)
            let wrong = try await tus.post(100, headers: ["Content-Type": "text/plain"], body: wave.prefix(10))
            #expect(wrong.status == 415)
            let long = try await tus.post(10, body: wave.prefix(11))
            #expect(long.status == 413)
        }
    }

    @Test func whatIsNoAudioIsRefusedAtItsEndAndEverAfter() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let text = try Fixture.data("malformed/text.wav")
            let location = try await tus.create(text.count)
            #expect(try await tus.patch(location, at: 0, text.prefix(9)).status == 204)
            let refused = try await tus.patch(location, at: 9, text.dropFirst(9))
            #expect(refused.status == 415 && refused.code == "unsupported_media")
            #expect(refused.headers.first(name: "Tus-Resumable") == "1.0.0")
            #expect(try await tus.head(location).status == 415)
            #expect(try await tus.patch(location, at: text.count, Data()).status == 415)
            #expect(try test.stored("partial").isEmpty && test.stored("blobs").isEmpty)
        }
    }

    @Test func requestsOutOfOrderAreRefused() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let location = try await tus.create(wave.count)
            func status(_ offset: Int, _ bytes: Data, _ headers: HTTPHeaders = [:]) async throws -> Int {
                try await tus.patch(location, at: offset, bytes, headers: headers).status
            }
            #expect(try await status(1, wave.prefix(10)) == 409)
            #expect(try await status(0, wave.prefix(10), ["Content-Type": "application/octet-stream"]) == 415)
            #expect(try await status(0, wave.prefix(10), ["Upload-Offset": "-1"]) == 400)
            #expect(try await status(0, wave + [0]) == 413)
            let old = try await tus.patch(location, at: 0, wave.prefix(10), headers: ["Tus-Resumable": "0.2.2"])
            #expect(old.status == 412 && old.headers.first(name: "Tus-Version") == "1.0.0")
            #expect(try await tus.head(location).offset == 0)
            let deferred = try await tus.post(0, headers: ["Upload-Defer-Length": "1"])
            #expect(deferred.status == 400)
            #expect(try await tus.post(0).status == 400)
            #expect(try await tus.post(10, headers: ["Upload-Length": "many"]).status == 400)
            #expect(try await tus.post(10, headers: ["Upload-Concat": "partial"]).status == 400)
            #expect(try await tus.post(10, headers: ["Upload-Metadata": "title ???"]).status == 400)
            #expect(try await tus.post(10, [("visibility", "secret")]).status == 400)
            #expect(try await tus.head("/uploads/tus/nonsense").status == 404)
            #expect(try await tus.head("/uploads/tus/\(UUID())").status == 404)
        }
    }

    @Test func checksumsHold() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let location = try await tus.create(wave.count)
            var offset = 0
            func send(_ count: Int, _ name: String, _ hash: any Sequence<UInt8>) async throws -> Int {
                let checksum = "\(name) \(Data(hash).base64EncodedString())"
                let bytes = wave.dropFirst(offset).prefix(count)
                return try await tus.patch(location, at: offset, bytes, headers: ["Upload-Checksum": checksum]).status
            }
            #expect(try await send(100, "sha1", Insecure.SHA1.hash(data: wave.prefix(100))) == 204)
            offset = 100
            #expect(try await send(100, "sha256", SHA256.hash(data: wave.prefix(100))) == 460)
            #expect(try await send(100, "crc32", [1, 2, 3, 4]) == 400)
            #expect(try await tus.head(location).offset == 100)
            #expect(try await send(5_000, "sha256", SHA256.hash(data: wave[100..<5_100])) == 204)
            offset = 5_100
            #expect(try await send(wave.count, "md5", Insecure.MD5.hash(data: wave.dropFirst(5_100))) == 204)
            let whole = try await tus.head(location)
            let id = try #require(whole.trackID)
            let members = try await test.app.track(id, token: tus.token)
            let track = try #require(TrackJSON(members))
            #expect(try await test.app.request(.GET, track.streamURL + "&format=original").body == wave)
            let bad = try await tus.post(
                100, headers: ["Upload-Checksum": "sha1 \(Data(count: 20).base64EncodedString())"],
                body: wave.prefix(100))
            #expect(bad.status == 460)
        }
    }

    @Test func strangersSeeNothing() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let bob = TusClient(app: test.app, token: test.bob.accessToken)
            let location = try await tus.create(wave.count)
            _ = try await tus.patch(location, at: 0, wave.prefix(10))
            #expect(try await bob.head(location).status == 404)
            #expect(try await bob.patch(location, at: 10, wave.dropFirst(10)).status == 404)
            #expect(try await bob.delete(location).status == 404)
            let headers: HTTPHeaders = ["Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Offset": "10"]
            for method in [HTTPMethod.HEAD, .PATCH, .DELETE] {
                #expect(try await test.app.request(method, location, headers: headers).status == 401)
            }
            #expect(try await test.app.request(.POST, "/uploads/tus", headers: headers).status == 401)
            #expect(try await tus.head(location).offset == 10)
        }
    }

    @Test func deletionAndOtherMethods() async throws {
        try await TracksApp.run { test in
            let tus = client(test)
            let location = try await tus.create(wave.count)
            var headers = TusClient.patchHeaders(0)
            headers.add(name: "X-HTTP-Method-Override", value: "PATCH")
            let patched = try await test.app.request(
                .POST, location, headers: headers, body: wave.prefix(10), token: tus.token)
            #expect(patched.status == 204 && patched.offset == 10)
            #expect(try test.stored("partial").count == 1)
            let plain = try await test.app.request(
                .POST, location, headers: ["Tus-Resumable": "1.0.0"], token: tus.token)
            #expect(plain.status == 405)
            #expect(try await test.app.request(.GET, location, token: tus.token).status == 405)
            #expect(try await tus.delete(location).status == 204)
            #expect(try await tus.head(location).status == 404)
            #expect(try await tus.delete(location).status == 404)
            #expect(try test.stored("partial").isEmpty)
        }
    }

    @Test func pagesOfOtherOriginsMayUseIt() async throws {
        try await TracksApp.run(environment: ["CORS_ALLOWED_ORIGINS": "https://a.example"]) { test in
            let preflight = try await test.app.request(
                .OPTIONS, "/uploads/tus",
                headers: ["Origin": "https://a.example", "Access-Control-Request-Method": "POST"])
            let allowed = preflight.headers.first(name: "Access-Control-Allow-Headers") ?? ""
            for name in ["Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset", "Upload-Checksum"] {
                #expect(allowed.contains(name))
            }
            let refused = try await test.app.request(.POST, "/uploads/tus", headers: ["Origin": "https://a.example"])
            let exposed = refused.headers.first(name: "Access-Control-Expose-Headers") ?? ""
            for name in ["Location", "Upload-Offset", "Upload-Expires", "Tus-Version", "Talas-Track-Id"] {
                #expect(exposed.contains(name))
            }
        }
    }

    @Test func whatWillNotFitIsRefusedAtItsCreation() async throws {
        let environment = ["MAX_TRACK_SIZE": "100000", "USER_QUOTA_BYTES": "150000"]
        try await TracksApp.run(environment: environment) { test in
            let tus = client(test)
            let large = try await tus.post(100_001)
            #expect(large.status == 413 && large.code == "too_large")
            let location = try await tus.create(90_000)
            // What is under way counts.
            let second = try await tus.post(90_000)
            #expect(second.status == 413 && second.code == "quota_exceeded")
            #expect(try await tus.delete(location).status == 204)
            #expect(try await tus.post(90_000).status == 201)
        }
    }
}
