import Foundation
import Synchronization
import TestSupport
import Testing

/// A server that is killed at any moment while it writes segments, and one whose cache was damaged meanwhile, serves what
/// a fresh one does.
struct KilledCacheTests {
    private static let rounds = 5
    private static let listeners = 6
    private static let secret = ["JWT_SECRET": String(repeating: "k", count: 32)]
    /// Everything goes through the files.
    private static let environment = secret.merging(["SEGMENT_CACHE_MEMORY": "0"]) { _, new in new }

    /// What a fresh server serves, and where the others keep their cache.
    private struct Bench {
        let database: TestDatabase
        let directory: TemporaryDirectory
        let token: String
        let track: Int
        let expected: [String: Data]

        var damage: SegmentDamage { SegmentDamage(folder: directory.path + "/data/cache/segments") }

        func start() async throws -> TestApp {
            try await TestApp.start(databaseURL: database.url, environment: environment, in: directory)
        }
    }

    @Test func nothingTornIsServed() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        try await withTestDatabase { database in
            let bench = try await Self.fresh(database)
            for round in 0..<Self.rounds {
                let app = try await bench.start()
                #expect(try bench.damage.unfinished() == [], "seed \(seed), round \(round)")
                let wrong = try await Self.listenUntilItIsKilled(app, bench, &random)
                #expect(wrong == [], "seed \(seed), round \(round)")
                _ = try bench.damage.strike(&random)
            }
            try await Self.servesEverything(bench, damaged: nil, seed)
            try await Self.makesGoodAllDamage(bench, &random, seed)
        }
    }

    /// The track, and its renditions by a server that keeps nothing on disk.
    private static func fresh(_ database: TestDatabase) async throws -> Bench {
        let directory = try TemporaryDirectory()
        let uncached = secret.merging(["SEGMENT_CACHE_BYTES": "0"]) { _, new in new }
        let app = try await TestApp.start(databaseURL: database.url, environment: uncached, in: directory)
        let token = try await app.administrator("ann", in: database)
        let upload = try await app.upload(Fixture.noise(seconds: 26.1, seed: 73), token: token)
        let track = try #require((upload.data as? [String: Any])?["id"] as? Int)
        _ = try await app.settledTrack(track, token: token)
        let expected = try await RenditionForms.wholes(app, track, token)
        await app.process.end()
        return Bench(database: database, directory: directory, token: token, track: track, expected: expected)
    }

    /// Many listen to places anywhere until the server is killed, after so many answers and while a file is being written
    /// if one soon is; gives the ranges whose bytes were wrong.
    private static func listenUntilItIsKilled(
        _ app: TestApp, _ bench: Bench, _ random: inout SplitMix
    ) async throws -> [String] {
        let answers = Count()
        let deadline = Int.random(in: 1...25, using: &random)
        return await withTaskGroup(of: [String].self) { group in
            for _ in 0..<listeners {
                let start = random.split()
                group.addTask {
                    var dice = start
                    var wrong: [String] = []
                    while let answer = await Self.listen(app, bench, &dice) {
                        if let fault = answer.fault { wrong.append(fault) }
                        if answers.next() == deadline { await Self.killWhileItWrites(app, bench) }
                    }
                    return wrong
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Answers of all listeners.
    private final class Count: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// Kills the server while it writes a file, if it soon does.
    private static func killWhileItWrites(_ app: TestApp, _ bench: Bench) async {
        for _ in 0..<2_000 {
            guard let unfinished = try? bench.damage.unfinished(), unfinished.isEmpty else { break }
            await Task.yield()
        }
        await app.process.killAtOnce()
    }

    private struct Heard {
        let fault: String?
    }

    /// One range of one form; nil when the server is gone.
    private static func listen(_ app: TestApp, _ bench: Bench, _ dice: inout SplitMix) async -> Heard? {
        let form = RenditionForms.all.randomElement(using: &dice) ?? ""
        guard let whole = bench.expected[form] else { return nil }
        let range = RenditionForms.range(of: whole.count, &dice)
        let path = RenditionForms.path(bench.track, form)
        guard let answer = try? await app.ask(path, bytes: range, token: bench.token) else { return nil }
        let isRight = answer.status == 206 && answer.body == whole[range]
        return Heard(fault: isRight ? nil : "\(form) \(range): \(answer.status)")
    }

    /// Every damaged file is noticed once, made again, and whole afterwards.
    private static func makesGoodAllDamage(_ bench: Bench, _ random: inout SplitMix, _ seed: UInt64) async throws {
        let damaged = try bench.damage.strike(&random)
        try await servesEverything(bench, damaged: damaged, seed)
        try await servesEverything(bench, damaged: 0, seed)
    }

    /// A server that begins with what the last one left serves the whole of each form.
    /// - Parameter damaged: how many files it has to find wrong, where that is known.
    private static func servesEverything(_ bench: Bench, damaged: Int?, _ seed: UInt64) async throws {
        let app = try await bench.start()
        let served = try await RenditionForms.wholes(app, bench.track, bench.token)
        for form in RenditionForms.all { #expect(served[form] == bench.expected[form], "seed \(seed), \(form)") }
        let found = try await app.metric("talas_segment_cache_damaged_total")
        if let damaged { #expect(found == damaged, "seed \(seed)") }
        await app.process.end()
    }
}
