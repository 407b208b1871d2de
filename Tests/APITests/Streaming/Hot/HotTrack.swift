import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// A track of noise whose original is hot: the requests of tests meet the event loop's answers.
struct HotTrack {
    let test: TracksApp
    let json: TrackJSON
    let file: Data

    /// Ann's track, asked for until answers come out of memory.
    static func make(_ test: TracksApp, seconds: Double = 6, seed: UInt64, fields: [(String, String)] = [])
        async throws -> HotTrack
    {
        let file = Fixture.noise(seconds: seconds, seed: seed)
        let track = HotTrack(test: test, json: try await test.upload(file, fields: fields), file: file)
        _ = try await test.app.request(.GET, track.json.fileURL)
        try await test.heat(track.json.fileURL)
        return track
    }

    var target: String { json.fileURL }

    /// A request for some of its bytes.
    func request(_ range: Range<Int>, extra: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: x\r\nRange: bytes=\(range.lowerBound)-\(range.upperBound - 1)\r\n\(extra)\r\n"
    }
}

extension TracksApp {
    /// Answers so far that came out of memory.
    func hotAnswers() async throws -> Int {
        let text = String(decoding: try await app.request(.GET, "/metrics").body, as: UTF8.self)
        return text.split(separator: "\n").filter { $0.hasPrefix("http_hot_answers_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map { Int($0) }.reduce(0, +)
    }

    /// Asks for a URL until it is answered out of memory.
    func heat(_ url: String, headers: HTTPHeaders = ["Range": "bytes=0-99"]) async throws {
        let before = try await hotAnswers()
        for _ in 0..<200 {
            let answer = try await app.request(.GET, url, headers: headers)
            try #require(answer.status == 206 || answer.status == 200, "\(answer)")
            if try await hotAnswers() > before { return }
        }
        throw TestFailure("\(url) does not become hot")
    }
}
