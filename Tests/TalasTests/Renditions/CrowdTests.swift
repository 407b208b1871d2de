import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Many who ask at once for many renditions that nobody asked for before.
struct CrowdTests {
    private static let tracks = 10
    private static let bitrates = [
        "mp3": [64, 96, 128, 160, 192, 256], "opus": [32, 48, 64, 96, 128, 160],
    ]
    /// One worker, and memory for a small part of what is asked for.
    private static let environment = [
        "MEDIA_WORKERS": "1", "SEGMENT_CACHE_MEMORY": "2MiB", "JWT_SECRET": String(repeating: "k", count: 32),
    ]
    /// The program built for debugging, with every connection's buffers.
    private static let mostMebibytes = 250

    private struct Crowd {
        let app: TestApp
        let administrator: String
        let tokens: [String]
        /// Every rendition, cold.
        let paths: [String]
    }

    /// Who is refused is told when to come again, and comes again; everybody is served, with the right bytes.
    @Test func areAllServedInTheEnd() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        try await Self.run { crowd in
            let before = crowd.app.process.residentMebibytes.now
            var bodies: [String: Data] = [:]
            var waiting = crowd.paths.shuffled(using: &random)
            var rounds = 0
            while !waiting.isEmpty {
                let answers = try await Self.askAtOnce(crowd, waiting)
                for (path, answer) in answers where answer.status == 200 { bodies[path] = answer.body }
                let refused = answers.filter { $0.value.status != 200 }
                for (path, answer) in refused {
                    #expect(answer.status == 503, "seed \(seed), \(path)")
                    #expect(answer.headers["retry-after"] == "2", "seed \(seed), \(path)")
                }
                if rounds == 0 { #expect(!refused.isEmpty, "seed \(seed)") }
                try #require(refused.count < waiting.count, "seed \(seed): nobody was served in round \(rounds)")
                waiting = refused.keys.shuffled(using: &random)
                rounds += 1
            }
            let after = crowd.app.process.residentMebibytes
            #expect(after.peak - before < Self.mostMebibytes, "seed \(seed): \(before), then \(after) MiB")
            try await Self.isCalmAgain(crowd, bodies, &random, seed)
        }
    }

    /// Somebody who wants many things never keeps another from the few that they want.
    @Test func doNotCrowdOutAnother() async throws {
        try await Self.run { crowd in
            let greedy = crowd.paths.dropLast(6)
            async let answers = Self.askAtOnce(crowd, Array(greedy), token: crowd.tokens[0])
            for path in crowd.paths.suffix(6) {
                let answer = try await crowd.app.ask(path, token: crowd.tokens[1])
                #expect(answer.status == 200, "\(path)")
            }
            let statuses = try await answers.values.map(\.status)
            #expect(statuses.contains(503))
            #expect(statuses.contains(200))
        }
    }

    private static func askAtOnce(
        _ crowd: Crowd, _ paths: [String], token: String? = nil
    ) async throws -> [String: RawStream.Answer] {
        try await withThrowingTaskGroup(of: (String, RawStream.Answer).self) { group in
            for (number, path) in paths.enumerated() {
                let token = token ?? crowd.tokens[number % crowd.tokens.count]
                group.addTask { (path, try await crowd.app.ask(path, token: token)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Nothing is left of the crowd, and one after another gets what each of the crowd got.
    private static func isCalmAgain(
        _ crowd: Crowd, _ bodies: [String: Data], _ random: inout SplitMix, _ seed: UInt64
    ) async throws {
        // What is made ahead may still run: it ends by itself.
        while try await crowd.app.cache(crowd.administrator).running > 0 {}
        #expect(try await crowd.app.cache(crowd.administrator).waiting == 0)
        try await crowd.app.purgeCache(crowd.administrator)
        for path in crowd.paths.shuffled(using: &random).prefix(30) {
            let answer = try await crowd.app.ask(path, token: crowd.tokens[0])
            #expect(answer.status == 200 && answer.body == bodies[path], "seed \(seed), \(path)")
        }
    }

    private static func run(_ body: (Crowd) async throws -> Void) async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url, environment: environment) { app in
                let administrator = try await app.administrator("ann", in: database)
                var tokens: [String] = []
                for name in ["bob", "cyd", "dan", "eve"] { tokens.append(try await app.signUp(name).accessToken) }
                var paths: [String] = []
                for number in 0..<tracks {
                    let file = Fixture.noise(seconds: 3, seed: 80 + UInt64(number))
                    let upload = try await app.upload(file, token: administrator)
                    let track = try #require((upload.data as? [String: Any])?["id"] as? Int)
                    _ = try await app.settledTrack(track, token: administrator)
                    for (codec, bitrates) in bitrates.sorted(by: { $0.key < $1.key }) {
                        for bitrate in bitrates {
                            paths.append(RenditionForms.path(track, "\(codec)&bitrate=\(bitrate)"))
                        }
                    }
                }
                try await body(Crowd(app: app, administrator: administrator, tokens: tokens, paths: paths))
            }
        }
    }
}
