import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct StreamRoutesTests {
    @Test func rangesAreTheBytesOfTheFile() async throws {
        try await TracksApp.run { test in
            let file = Fixture.noise(seconds: 4, seed: 11)
            let track = try await test.upload(file)
            let seed = UInt64.random(in: 0...UInt64.max)
            var random = SplitMix(state: seed)
            for _ in 0..<60 {
                let first = Int.random(in: 0..<file.count, using: &random)
                let last = Int.random(in: first..<(file.count + 100), using: &random)
                let (header, expected): (String, Range<Int>) =
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: ("bytes=\(first)-\(last)", first..<min(last + 1, file.count))
                    case 1: ("bytes=\(first)-", first..<file.count)
                    default: ("bytes=-\(first + 1)", file.count - first - 1..<file.count)
                    }
                let answer = try await test.app.request(.GET, track.fileURL, headers: ["Range": header])
                #expect(answer.status == 206, "seed \(seed), \(header)")
                #expect(answer.body == file[expected], "seed \(seed), \(header)")
                let range = "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/\(file.count)"
                #expect(answer.headers["Content-Range"].first == range, "seed \(seed)")
            }
        }
    }

    @Test func conditionsAndOddRanges() async throws {
        try await TracksApp.run { test in
            let file = Fixture.noise(seconds: 1, seed: 12)
            let track = try await test.upload(file)
            func get(_ headers: HTTPHeaders) async throws -> TestResponse {
                try await test.app.request(.GET, track.streamURL, headers: headers)
            }
            let whole = try await get([:])
            let etag = try #require(whole.headers["ETag"].first)
            let modified = try #require(whole.headers["Last-Modified"].first)
            #expect(whole.status == 200)
            #expect(whole.body == file)
            #expect(etag.hasPrefix("\""))
            #expect(whole.headers["Accept-Ranges"].first == "bytes")
            #expect(whole.headers["X-Content-Type-Options"].first == "nosniff")
            #expect(whole.headers["Content-Type"].first == "audio/wav")
            #expect(try await get(["If-None-Match": etag]).status == 304)
            #expect(try await get(["If-Modified-Since": modified]).status == 304)
            #expect(try await get(["If-Match": "\"other\""]).status == 412)
            #expect(try await get(["Range": "bytes=0-9", "If-Range": etag]).status == 206)
            #expect(try await get(["Range": "bytes=0-9", "If-Range": "\"other\""]).status == 200)
            let past = try await get(["Range": "bytes=\(file.count)-"])
            #expect(past.status == 416)
            #expect(past.headers["Content-Range"].first == "bytes */\(file.count)")
            #expect(try await get(["Range": "bytes=0-9,5-20"]).status == 416)
            let several = try await get(["Range": "bytes=0-3,100-103"])
            #expect(several.status == 206)
            #expect(several.headers["Content-Type"].first?.hasPrefix("multipart/byteranges; boundary=") == true)
            #expect(several.body.range(of: file[0..<4]) != nil)
            #expect(several.body.range(of: file[100..<104]) != nil)
            let head = try await test.app.request(.HEAD, track.fileURL, headers: ["Range": "bytes=0-9"])
            #expect(head.status == 200)
            #expect(head.headers["Content-Length"].first == "\(file.count)")
            #expect(head.body.isEmpty)
        }
    }

    @Test func strangersAreRefused() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 13), fields: [("visibility", "private")])
            let other = try await test.upload(Fixture.noise(seconds: 1, seed: 14))
            let query = try #require(track.fileURL.split(separator: "?").last)
            func status(_ path: String, token: String? = nil) async throws -> Int {
                try await test.app.request(.GET, path, token: token).status
            }
            for path in ["/uploads/tracks/\(track.id).wav", "/api/v1/tracks/\(track.id)/stream"] {
                #expect(try await status(path) == 401)
                #expect(try await status(path, token: test.bob.accessToken) == 404)
                #expect(try await status(path, token: test.ann.accessToken) == 200)
                #expect(try await status("\(path)?\(query)") == 200)
                #expect(try await status("\(path)?\(query.dropLast())") == 401)
                #expect(try await status("\(path)?\(query.replacing("u=1&", with: "u=2&"))") == 401)
            }
            #expect(try await status("/uploads/tracks/\(other.id).wav?\(query)") == 401)
            #expect(try await status("/uploads/waveforms/\(track.id).png?\(query)") == 401)
            #expect(try await status("/uploads/tracks/\(track.id).mid", token: test.ann.accessToken) == 404)
            #expect(try await status("/uploads/tracks/999.wav", token: test.ann.accessToken) == 404)
            let format = try await test.app.request(
                .GET, "/api/v1/tracks/\(other.id)/stream?format=mid", token: test.ann.accessToken)
            #expect(format.status == 400)
            #expect(format.code == "unsupported_format")
            let logout = try await test.app.api(.POST, "/auth/logout", token: test.ann.accessToken)
            #expect(logout.status == 200)
            #expect(try await status(track.fileURL) == 401)
        }
    }

    @Test func onlyTheOwnerHasWhatIsNotToBeDownloaded() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 15), fields: [("downloadable", "false")])
            let path = "/api/v1/tracks/\(track.id)/stream?format=original"
            let refused = try await test.app.request(.GET, path, token: test.bob.accessToken)
            #expect(refused.status == 403)
            #expect(refused.code == "not_downloadable")
            #expect(try await test.app.request(.GET, path, token: test.ann.accessToken).status == 200)
        }
    }

    @Test func deletionAndBansCloseWhatWasSigned() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 16))
            let seen = try await test.app.api(.GET, "/tracks/\(track.id)", token: test.bob.accessToken)
            let url = try #require(TrackJSON(seen.data)).fileURL
            #expect(try await test.app.request(.GET, url).status == 200)
            _ = try await test.app.api(
                .PUT, "/tracks/\(track.id)", ["visibility": "private"], token: test.ann.accessToken)
            #expect(try await test.app.request(.GET, url).status == 404)
            #expect(try await test.app.request(.GET, track.fileURL).status == 200)
            _ = try await test.app.api(.DELETE, "/tracks/\(track.id)", token: test.ann.accessToken)
            #expect(try await test.app.request(.GET, track.fileURL).status == 404)
            _ = try await test.app.api(.POST, "/tracks/\(track.id)/restore", token: test.ann.accessToken)
            #expect(try await test.app.request(.GET, track.fileURL).status == 200)
        }
    }
}
