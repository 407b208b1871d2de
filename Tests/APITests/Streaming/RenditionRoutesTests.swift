import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct RenditionRoutesTests {
    /// The value of a metric that has no labels.
    private static func metric(_ name: String, _ test: TracksApp) async throws -> Int {
        let text = String(decoding: try await test.app.request(.GET, "/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }.map { Int($0) } ?? 0
    }

    /// Waits until so many encodes have come to their end (bytes are given away before that), and sees that it were no more.
    private static func settle(_ encodes: Int, _ test: TracksApp) async throws {
        try await bounded("The end of \(encodes) encodes") {
            while try await metric("talas_segment_encode_seconds_count", test) < encodes {}
        }
        #expect(try await metric("talas_segment_encode_seconds_count", test) == encodes)
    }

    private static func get(
        _ path: String, _ test: TracksApp, range: String? = nil, method: HTTPMethod = .GET
    ) async throws -> TestResponse {
        let headers: HTTPHeaders = range.map { ["Range": $0] } ?? [:]
        return try await test.app.request(method, path, headers: headers, token: test.bob.accessToken)
    }

    private static func ready(_ file: Data, _ test: TracksApp, fields: [(String, String)] = []) async throws -> Int {
        let track = try await test.upload(file, fields: fields)
        let settled = try await test.app.settledTrack(track.id, token: test.ann.accessToken)
        try #require(settled["status"] as? String == "ready")
        return track.id
    }

    /// The memory holds less than the whole, so that segments are thrown away and made again in between.
    @Test func rangesInAnyOrderAreSlicesOfTheWhole() async throws {
        try await TracksApp.run(environment: ["SEGMENT_CACHE_MEMORY": "300KiB"]) { test in
            let id = try await Self.ready(Fixture.noise(seconds: 21, seed: 31), test)
            let seed = UInt64.random(in: 0...UInt64.max)
            var random = SplitMix(state: seed)
            let forms = [
                "mp3&bitrate=128", "opus&bitrate=96", "mp3&bitrate=64&channels=1", "aac&bitrate=64", "flac&channels=1",
            ]
            for form in forms {
                let path = "/api/v1/tracks/\(id)/stream?format=\(form)"
                let head = try await Self.get(path, test, method: .HEAD)
                #expect(head.status == 200)
                let size = try #require(head.headers["Content-Length"].first.flatMap { Int($0) })
                let parts = stride(from: 0, to: size, by: 50_000).map { $0..<min($0 + 50_000, size) }
                var whole = Data(count: size)
                for part in parts.shuffled(using: &random) {
                    let range = "bytes=\(part.lowerBound)-\(part.upperBound - 1)"
                    let answer = try await Self.get(path, test, range: range)
                    #expect(answer.status == 206, "seed \(seed), \(form), \(range)")
                    #expect(answer.body.count == part.count, "seed \(seed), \(form), \(range)")
                    whole.replaceSubrange(part, with: answer.body)
                }
                let once = try await Self.get(path, test)
                #expect(once.status == 200)
                #expect(once.body == whole, "seed \(seed), \(form)")
                #expect(once.headers["ETag"] == head.headers["ETag"])
                let several = try await Self.get(path, test, range: "bytes=10-19,\(size - 10)-")
                #expect(several.status == 206)
                #expect(several.body.range(of: whole[10..<20]) != nil)
                #expect(several.body.range(of: whole[(size - 10)...]) != nil)
            }
            #expect(try await Self.metric("talas_segment_cache_evictions_total", test) > 0)
        }
    }

    @Test func manyListenersShareEachEncode() async throws {
        try await TracksApp.run { test in
            let id = try await Self.ready(Fixture.noise(seconds: 20, seed: 32), test)
            let path = "/api/v1/tracks/\(id)/stream?format=opus&bitrate=64"
            let bodies = try await withThrowingTaskGroup(of: Data.self) { group in
                for _ in 0..<64 { group.addTask { try await Self.get(path, test).body } }
                return try await group.reduce(into: Set<Data>()) { $0.insert($1) }
            }
            #expect(bodies.count == 1)
            try await Self.settle(11, test)
            // A range of a few bytes has nothing made but what it lies in.
            let other = "/api/v1/tracks/\(id)/stream?format=mp3&bitrate=320"
            #expect(try await Self.get(other, test, range: "bytes=400000-400009").body.count == 10)
            try await Self.settle(12, test)
            #expect(try await Self.get(other, test, method: .HEAD).status == 200)
            #expect(try await Self.metric("talas_segment_encode_seconds_count", test) == 12)
        }
    }

    @Test func conditionsAreThoseOfAFile() async throws {
        try await TracksApp.run { test in
            let id = try await Self.ready(Fixture.noise(seconds: 2, seed: 33), test)
            func get(_ headers: HTTPHeaders, _ name: String = "opus") async throws -> TestResponse {
                try await test.app.request(
                    .GET, "/uploads/tracks/\(id).\(name)", headers: headers, token: test.ann.accessToken)
            }
            let whole = try await get([:])
            let etag = try #require(whole.headers["ETag"].first)
            #expect(whole.status == 200)
            #expect(whole.headers["Content-Type"].first == "audio/ogg; codecs=opus")
            #expect(whole.headers["Accept-Ranges"].first == "bytes")
            #expect(whole.headers["Content-Disposition"].first?.contains(".opus") == true)
            #expect(try await get(["If-None-Match": etag]).status == 304)
            #expect(try await get(["If-Match": "\"other\""]).status == 412)
            #expect(try await get(["Range": "bytes=0-9", "If-Range": etag]).body == whole.body.prefix(10))
            #expect(try await get(["Range": "bytes=0-9", "If-Range": "\"other\""]).body == whole.body)
            #expect(try await get(["Range": "bytes=-5"]).body == whole.body.suffix(5))
            let past = try await get(["Range": "bytes=\(whole.body.count)-"])
            #expect(past.status == 416)
            #expect(past.headers["Content-Range"].first == "bytes */\(whole.body.count)")
            #expect(try await get([:], "mp3").headers["ETag"].first != etag)
            // Its title is in the file.
            _ = try await test.app.api(.PUT, "/tracks/\(id)", ["title": "Another"], token: test.ann.accessToken)
            let renamed = try await get([:])
            #expect(renamed.headers["ETag"].first != etag)
            #expect(renamed.body.count == whole.body.count)
            #expect(renamed.body.range(of: Data("TITLE=Another".utf8)) != nil)
        }
    }

    @Test func formsAndThoseThereAreNot() async throws {
        try await TracksApp.run { test in
            let file = Fixture.noise(seconds: 1, seed: 34)
            let id = try await Self.ready(file, test, fields: [("downloadable", "false")])
            func answer(_ query: String, _ token: String, accept: String? = nil) async throws -> TestResponse {
                let headers: HTTPHeaders = accept.map { ["Accept": $0] } ?? [:]
                return try await test.app.request(
                    .GET, "/api/v1/tracks/\(id)/stream\(query)", headers: headers, token: token)
            }
            let (ann, bob) = (test.ann.accessToken, test.bob.accessToken)
            let own = try await answer("", ann)
            #expect(own.body == file)
            #expect(own.headers["Vary"].first == "Accept")
            let others = try await answer("", bob)
            #expect(others.headers["Content-Type"].first == "audio/mpeg")
            #expect(try await answer("", bob, accept: "audio/ogg").body.starts(with: Data("OggS".utf8)))
            #expect(try await answer("?format=original", bob).code == "not_downloadable")
            #expect(try await answer("?format=wav&channels=1", bob).body.count == 44 + 96_000)
            #expect(try await answer("?format=aac", ann).headers["Content-Type"].first == "audio/mp4")
            #expect(try await answer("?format=flac", bob).body.starts(with: Data("fLaC".utf8)))
            #expect(try await answer("?format=flac&bitrate=128", ann).status == 400)
            #expect(try await answer("?format=mp3&bitrate=100", ann).status == 400)
            #expect(try await answer("?format=mp3&gain=loud", ann).status == 400)
            let seen = try await test.app.track(id, token: bob)
            #expect((seen["file_url"] as? String)?.hasPrefix("/uploads/tracks/\(id).mp3?") == true)
        }
    }

    /// The greatest sample of a WAV rendition of 16 bits.
    private static func peak(_ wave: Data) -> Int {
        stride(from: 44, to: wave.count - 1, by: 2).reduce(0) { peak, place in
            max(peak, abs(Int(Int16(truncatingIfNeeded: Int(wave[place]) | Int(wave[place + 1]) << 8))))
        }
    }

    @Test func loudnessIsLevelledWhereAsked() async throws {
        try await TracksApp.run { test in
            let id = try await Self.ready(Fixture.noise(seconds: 3, seed: 36), test, fields: [("album", "Loud")])
            let track = try await test.app.track(id, token: test.bob.accessToken)
            let loudness = try #require(track["loudness_lufs"] as? Double)
            let path = "/api/v1/tracks/\(id)/stream?format=wav"
            let plain = try await Self.get(path, test)
            let level = try await Self.get(path + "&gain=track", test)
            let album = try await Self.get(path + "&gain=album", test)
            #expect(level.body == album.body)
            #expect(level.body.count == plain.body.count)
            #expect(level.headers["ETag"] != plain.headers["ETag"])
            #expect(try await Self.get(path + "&gain=none", test).headers["ETag"] == plain.headers["ETag"])
            let decibels = 20 * log10(Double(Self.peak(level.body)) / Double(Self.peak(plain.body)))
            #expect(abs(decibels - (-18 - loudness)) < 0.05, "\(loudness) LUFS")
            // Levelling makes a rendition of the source's own format, too.
            let own = try await Self.get("/uploads/tracks/\(id).wav?gain=track", test)
            #expect(own.body == level.body)
            #expect(try await Self.get("/uploads/tracks/\(id).mp3?gain=track", test).status == 200)
        }
    }

    @Test func nothingIsMadeOfATrackThatIsNotReady() async throws {
        try await TracksApp.run(arguments: ["--roles", "api"]) { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 35))
            let answer = try await Self.get("/uploads/tracks/\(track.id).mp3", test)
            #expect(answer.status == 503)
            #expect(answer.code == "processing")
            #expect(answer.headers["Retry-After"].first == "2")
            #expect(try await Self.get("/uploads/tracks/\(track.id).wav", test).status == 200)
        }
    }
}
