import NIOHTTP1
import Foundation
import TestSupport
import Testing

@Suite struct WaveformRoutesTests {
    @Test func everyFileOfAWaveform() async throws {
        try await TracksApp.run { test in
            // Noise, since a client may take what compresses too well for an attack.
            let track = try await test.upload(Fixture.noise(seconds: 2, seed: 20))
            _ = try await test.app.settledTrack(track.id, token: test.ann.accessToken)
            func get(_ form: String, _ query: String = "") async throws -> TestResponse {
                let url = track.waveformURL.replacing(".png?", with: ".\(form)?")
                return try await test.app.request(.GET, url + query)
            }
            let png = try await get("png", "&width=320&height=64")
            #expect(png.status == 200)
            #expect(png.headers["Content-Type"].first == "image/png")
            #expect(png.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(try await get("svg").headers["Content-Type"].first == "image/svg+xml")
            let data = try #require(try await get("json").json)
            #expect(data["version"] as? Int == 2)
            #expect(data["samples_per_pixel"] as? Int == 256)
            #expect(data["length"] as? Int == 375)
            let odd = try #require(try await get("json", "&samples_per_pixel=300&bits=16&channels=split").json)
            #expect(odd["length"] as? Int == 320)
            #expect(odd["channels"] as? Int == 2)
            #expect((odd["data"] as? [Int])?.count == 320 * 4)
            let peaks = try #require(try await get("peaks.json", "&samples_per_pixel=1000").json)
            #expect((peaks["peaks"] as? [[Double]])?.first?.count == 96)
            #expect(peaks["duration"] as? Double == 2)
            #expect(try await get("dat", "&channels=split").body.count == 24 + 375 * 4)
            #expect(try await get("gif").status == 404)
            let wrong = try await get("png", "&width=0&color=nothing")
            #expect(wrong.status == 400)
            #expect(Set((wrong.json?["fields"] as? [String: String] ?? [:]).keys) == ["width", "color"])
            let etag = try #require(png.headers["ETag"].first)
            let again = try await test.app.request(
                .GET, track.waveformURL + "&width=320&height=64", headers: ["If-None-Match": etag])
            #expect(again.status == 304)
            let head = try await test.app.request(.HEAD, track.waveformURL + "&width=320&height=64")
            #expect(head.status == 200)
            #expect(head.headers["Content-Length"].first == "\(png.body.count)")
        }
    }

    @Test func whatIsNotReadInYetIsToBeAskedForAgain() async throws {
        try await TracksApp.run(arguments: ["--roles", "api"]) { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 21))
            let answer = try await test.app.request(.GET, track.waveformURL)
            #expect(answer.status == 503)
            #expect(answer.code == "processing")
            #expect(answer.headers["Retry-After"].first == "2")
            #expect(try await test.app.request(.GET, track.fileURL).status == 200)
        }
    }
}
