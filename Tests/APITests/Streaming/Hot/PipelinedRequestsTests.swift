import NIOHTTP1
import Foundation
import TestSupport
import Testing

/// Answers of the event loop and of the application on one connection: in order, whole, and to the byte.
@Suite struct PipelinedRequestsTests {
    private struct Expected {
        var status: Int
        var body: Data?
        var isHead = false
    }

    @Test(arguments: [true, false]) func answersComeInOrder(isSplit: Bool) async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seed: 41)
            let seed = UInt64.random(in: 0...UInt64.max)
            var random = SplitMix(state: seed)
            var bytes: [UInt8] = []
            var expected: [Expected] = []
            for number in 0..<120 {
                let (request, answer) = Self.request(number, track, &random)
                bytes += Array(request.utf8)
                expected.append(answer)
            }
            var pieces: [[UInt8]] = []
            while !bytes.isEmpty {
                let count = isSplit ? [1, 3, 17, 200, 5_000].randomElement(using: &random) ?? 1 : 60_000
                pieces.append(Array(bytes.prefix(count)))
                bytes.removeFirst(min(count, bytes.count))
            }
            try await test.heat(track.target)
            let before = try await test.hotAnswers()
            try await RawStream.run(test.app.url) { stream in
                // The first is hot whatever the others are.
                try await stream.send(track.request(3..<9).utf8)
                #expect(try await stream.answer().body == track.file[3..<9])
                let send = stream.sender
                let sending = Task { [pieces] in for piece in pieces { try await send(piece) } }
                for (number, expected) in expected.enumerated() {
                    let answer = try await stream.answer(toHead: expected.isHead)
                    #expect(answer.status == expected.status, "seed \(seed), request \(number)")
                    if let body = expected.body { #expect(answer.body == body, "seed \(seed), request \(number)") }
                }
                try await sending.value
            }
            #expect(try await test.hotAnswers() > before, "seed \(seed)")
        }
    }

    private static func request(
        _ number: Int, _ track: HotTrack, _ random: inout SplitMix
    ) -> (String, Expected) {
        switch Int.random(in: 0..<9, using: &random) {
        case 0...3:
            let count = [1, 500, 65_536].randomElement(using: &random) ?? 1
            let first = Int.random(in: 0...(track.file.count - count), using: &random)
            return (
                track.request(first..<first + count), Expected(status: 206, body: track.file[first..<first + count])
            )
        case 4: return ("GET /none/\(number) HTTP/1.1\r\nHost: x\r\n\r\n", Expected(status: 404))
        case 5: return ("GET \(track.target) HTTP/1.1\r\nHost: x\r\n\r\n", Expected(status: 200, body: track.file))
        case 6:
            return ("HEAD \(track.target) HTTP/1.1\r\nHost: x\r\n\r\n", Expected(status: 200, isHead: true))
        case 7:
            // A body that looks like a request is none.
            let body = track.request(5..<9)
            return (
                "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
                Expected(status: 400)
            )
        default:
            return (
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
                Expected(status: 200, body: Data(#"{"message":"alive","success":true}"#.utf8))
            )
        }
    }

    @Test func answersWhatWasAskedBeforeAHalfClose() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seed: 42)
            // Some that fit the sockets, and more than anybody takes before it reads.
            for (count, size) in [(1, 65_536), (40, 65_536), (1, 1 << 20), (4, 1 << 20)] {
                try await RawStream.run(test.app.url, receiveBufferBytes: 4_096) { stream in
                    for index in 0..<count { try await stream.send(track.request(index..<index + size).utf8) }
                    stream.finish()
                    for index in 0..<count {
                        let answer = try await stream.answer()
                        #expect(answer.body == track.file[index..<index + size], "\(count) of \(size), \(index)")
                    }
                    #expect(try await stream.isAtEnd())
                }
            }
            try await RawStream.run(test.app.url) { stream in
                try await stream.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n\(track.request(7..<99_999))".utf8)
                stream.finish()
                #expect(try await stream.answer().status == 200)
                #expect(try await stream.answer().body == track.file[7..<99_999])
                #expect(try await stream.isAtEnd())
            }
        }
    }

    @Test func anUnreadFloodCostsLittleAndHoldsNobodyUp() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seed: 43)
            let one = Array(track.request(1_000..<66_536).utf8)
            let before = try Self.residentBytes(test)
            try await RawStream.run(test.app.url, receiveBufferBytes: 65_536) { flood in
                let send = flood.sender
                // 2.6 GB of answers, of which none is read.
                let burst = Array(repeatElement(one, count: 100).joined())
                let sending = Task { for _ in 0..<400 { try await send(burst) } }
                for _ in 0..<50 {
                    let answer = try await test.app.request(.GET, track.target, headers: ["Range": "bytes=0-65535"])
                    #expect(answer.body == track.file[0..<65_536])
                }
                #expect(try Self.residentBytes(test) - before < 48 << 20)
                for number in 0..<300 {
                    #expect(try await flood.answer().body == track.file[1_000..<66_536], "answer \(number)")
                }
                sending.cancel()
            }
        }
    }

    @Test func finishesWhatIsUnderWayWhenItIsAskedToEnd() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seed: 44)
            var before = try await test.hotAnswers()
            try await RawStream.run(test.app.url, receiveBufferBytes: 4_096) { stream in
                // One after the other, until the kernel takes no more and the last one waits in the program.
                for number in 0..<3 {
                    try await stream.send(track.request(number..<number + (1 << 20)).utf8)
                    // Where the kernel takes no more at once, it goes the usual way.
                    for _ in 0..<500 { if try await test.hotAnswers() > before { break } }
                    before = try await test.hotAnswers()
                }
                kill(test.app.process.processIdentifier, SIGTERM)
                for number in 0..<3 {
                    #expect(try await stream.answer().body == track.file[number..<number + (1 << 20)], "\(number)")
                }
                #expect(try await stream.isAtEnd())
            }
            #expect(await test.app.process.waitForEnd() == 0)
        }
    }

    @Test func longAnswersAreComplete() async throws {
        try await TracksApp.run { test in
            let track = try await HotTrack.make(test, seconds: 60, seed: 45)
            try await RawStream.run(test.app.url) { stream in
                for _ in 0..<2 {
                    try await stream.send("GET \(track.target) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                    #expect(try await stream.answer().body == track.file)
                    try await stream.send(track.request(9..<99).utf8)
                    #expect(try await stream.answer().body == track.file[9..<99])
                }
            }
        }
    }

    private static func residentBytes(_ test: TracksApp) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(test.app.process.processIdentifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kilobytes = line?.split(separator: " ").compactMap { Int($0) }.first
        return try #require(kilobytes) * 1_024
    }
}
