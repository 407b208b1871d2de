import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct FLACRoutesTests {
    @Test func aFLACOfAnotherSourceIsLikeAnyFile() async throws {
        try await TracksApp.run(environment: ["SEGMENT_CACHE_MEMORY": "300KiB"]) { test in
            let source = Fixture.noise(seconds: 21, seed: 51)
            let track = try await test.upload(source, fields: [("visibility", "private")])
            let settled = try await test.app.settledTrack(track.id, token: test.ann.accessToken)
            try #require(settled["status"] as? String == "ready")
            let path = "/uploads/tracks/\(track.id).flac"
            func get(
                _ method: HTTPMethod = .GET, _ headers: HTTPHeaders = [:], token: String? = nil
            ) async throws -> TestResponse {
                try await test.app.request(method, path, headers: headers, token: token ?? test.ann.accessToken)
            }
            #expect(try await get(token: test.bob.accessToken).status == 404)
            #expect(try await test.app.request(.GET, path).status == 401)
            var head = try await get(.HEAD)
            // It is encoded as a whole first, which may take longer than a request waits.
            while head.status == 503, head.headers["Retry-After"].first != nil { head = try await get(.HEAD) }
            let whole = try await get()
            let etag = try #require(whole.headers["ETag"].first)
            #expect(head.status == 200 && whole.status == 200)
            #expect(head.headers["Content-Length"].first == String(whole.body.count))
            #expect(head.headers["ETag"].first == etag)
            #expect(whole.headers["Content-Type"].first == "audio/flac")
            #expect(whole.headers["Accept-Ranges"].first == "bytes")
            #expect(try await get(.GET, ["If-None-Match": etag]).status == 304)
            #expect(try await get(.GET, ["If-Match": "\"other\""]).status == 412)
            let place = 400_000..<800_000
            let part = try await get(
                .GET, ["Range": "bytes=\(place.lowerBound)-\(place.upperBound - 1)", "If-Range": etag])
            #expect(part.status == 206)
            #expect(part.body == whole.body[place])
            #expect(try await get(.GET, ["Range": "bytes=-5"]).body == whole.body.suffix(5))
            #expect(try await get(.GET, ["Range": "bytes=\(whole.body.count)-"]).status == 416)
            #expect(try test.stored("blobs").filter { $0.hasSuffix(".flac") }.count == 1)
            let file = "\(test.app.directory.path)/a.flac"
            try whole.body.write(to: URL(filePath: file))
            let check = try await Program.run("flac", ["-t", "-s", "-w", file])
            #expect(check.status == 0, "\(check.errors)")
            let decoded = try await Program.run(
                "flac", ["-d", "-s", "-c", "--force-raw-format", "--endian=little", "--sign=signed", file])
            #expect(decoded.output == source.dropFirst(44))
        }
    }
}
