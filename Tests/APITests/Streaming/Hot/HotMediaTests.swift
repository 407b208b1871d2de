import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// An answer out of memory is the one that the application gives.
@Suite struct HotMediaTests {
    /// Sends a request as it is and, made slow by a condition that holds, again; gives both answers.
    private static func both(
        _ line: String, _ test: TracksApp, headers: [String] = []
    ) async throws -> (hot: RawStream.Answer, slow: RawStream.Answer) {
        let isHead = line.hasPrefix("HEAD")
        return try await RawStream.run(test.app.url) { stream in
            let head = ([line + " HTTP/1.1", "Host: x", "X-Request-Id: one"] + headers).joined(separator: "\r\n")
            try await stream.send("\(head)\r\n\r\n".utf8)
            let hot = try await stream.answer(toHead: isHead)
            try await stream.send("\(head)\r\nIf-None-Match: \"no such\"\r\n\r\n".utf8)
            return (hot, try await stream.answer(toHead: isHead))
        }
    }

    @Test func isTheAnswerOfTheApplication() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seconds: 3, seed: 51, fields: [("title", "Ännchen \"x\"")])
            _ = try await test.app.settledTrack(track.json.id, token: test.ann.accessToken)
            let signature = try #require(track.target.split(separator: "?").last)
            let file = "/uploads/tracks/\(track.json.id)"
            let stream = "/api/v1/tracks/\(track.json.id)/stream?"
            for url in [
                "\(file).wav?\(signature)", "\(file).mp3?\(signature)&bitrate=64", "\(file).opus?\(signature)",
                "\(stream)\(signature)", "\(stream)format=mp3&\(signature)", "\(stream)\(signature)&format=original",
            ] {
                _ = try await test.app.request(.GET, url)
                try await test.heat(url)
                for (method, headers) in [
                    ("GET", []), ("GET", ["Range: bytes=100-299"]), ("GET", ["Range: bytes=-70000"]),
                    ("GET", ["Range: bytes=1000-"]), ("HEAD", []), ("HEAD", ["Range: bytes=1-2"]),
                    ("GET", ["Range: bytes=0-0,5-6"]), ("GET", ["Range: bytes=99999999-"]), ("GET", ["Range: lines=1"]),
                ] {
                    let isSimple = !headers.contains { $0.contains(",") || $0.contains("lines") || $0.contains("999") }
                    // A permit may run out between two requests of a busy machine.
                    var (hot, slow) = try await Self.both("\(method) \(url)", test, headers: headers)
                    for attempt in 0..<20 where isSimple {
                        try await test.heat(url)
                        let before = try await test.hotAnswers()
                        (hot, slow) = try await Self.both("\(method) \(url)", test, headers: headers)
                        if try await test.hotAnswers() > before { break }
                        #expect(attempt < 19, "\(method) \(url) \(headers) is never hot")
                    }
                    let name = Comment(rawValue: "\(method) \(url) \(headers)")
                    #expect(hot.status == slow.status, name)
                    #expect(hot.body == slow.body, name)
                    var (hotHeaders, slowHeaders) = (hot.headers, slow.headers)
                    for date in [hotHeaders.removeValue(forKey: "date"), slowHeaders.removeValue(forKey: "date")] {
                        #expect(date?.hasSuffix(" GMT") == true, name)
                    }
                    #expect(hotHeaders == slowHeaders, name)
                }
            }
        }
    }

    @Test func looksCloselyAtWhatIsNotPlain() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seconds: 1, seed: 52)
            let before = try await test.hotAnswers()
            func status(_ head: String) async throws -> Int {
                try await RawStream.run(test.app.url) { stream in
                    try await stream.send(head.utf8)
                    let answer = try await stream.answer()
                    if answer.status == 206 { #expect(answer.body == track.file[0..<10], "\(head)") }
                    return answer.status
                }
            }
            let get = "GET \(track.target) HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n"
            #expect(try await status("\(get)Expect: 100-continue\r\nContent-Length: 0\r\n\r\n") == 206)
            #expect(try await status("\(get)Content-Length: 3\r\n\r\nabc") == 206)
            #expect(try await status("\(get)Connection: close\r\n\r\n") == 206)
            #expect(try await status("\(get)Origin: https://example.org\r\n\r\n") == 206)
            #expect(try await status("\(get)Authorization: Bearer nonsense\r\n\r\n") == 401)
            #expect(try await status("\(get)If-Range: \"other\"\r\n\r\n") == 200)
            #expect(
                try await status(
                    "GET \(track.target) HTTP/1.0\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n") == 206)
            #expect(try await test.hotAnswers() == before)
            // The first of them may find that the permit has run out meanwhile.
            for _ in 0..<3 { #expect(try await status("\(get)Connection: keep-alive\r\n\r\n") == 206) }
            #expect(try await test.hotAnswers() > before)
        }
    }

    @Test func countsAsEveryAnswerDoes() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seconds: 1, seed: 53)
            func count(_ name: String) async throws -> Double {
                let text = String(decoding: try await test.app.request(.GET, "/metrics").body, as: UTF8.self)
                let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
                return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
            }
            let series = [
                #"http_responses_total{route="/uploads/tracks/{file}",status="206"}"#,
                #"http_request_duration_seconds_count{route="/uploads/tracks/{file}"}"#,
                #"http_hot_answers_total{route="/uploads/tracks/{file}"}"#,
            ]
            for attempt in 0..<20 {
                try await test.heat(track.target)
                var before: [Double] = []
                for name in series { before.append(try await count(name)) }
                _ = try await test.app.request(.GET, track.target, headers: ["Range": "bytes=0-9"])
                var grown: [Double] = []
                for (name, before) in zip(series, before) { grown.append(try await count(name) - before) }
                #expect(grown[0] == 1 && grown[1] == 1)
                // A permit may run out between two requests of a busy machine.
                if grown[2] == 1 { break }
                #expect(attempt < 19, "it is never hot")
            }
        }
    }
}
