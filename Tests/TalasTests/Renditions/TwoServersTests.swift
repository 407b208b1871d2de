import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Two servers over one database and one storage, each with a cache of its own, give the same bytes.
struct TwoServersTests {
    private static let pieceBytes = 150_000

    private struct Pair {
        let servers: [TestApp]
        let track: Int
        let token: String
    }

    @Test func giveTheSameBytesWhicheverIsAsked() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        try await Self.run { pair in
            for form in RenditionForms.all {
                let path = RenditionForms.path(pair.track, form)
                let heads = try await Self.heads(pair, path)
                #expect(heads[0].headers["ETag"] == heads[1].headers["ETag"], "seed \(seed), \(form)")
                let size = try #require(heads[0].headers["Content-Length"].first.flatMap { Int($0) })
                #expect(heads[1].headers["Content-Length"].first == "\(size)", "seed \(seed), \(form)")
                // Each server by itself, and both in turns.
                var wholes: [Data] = []
                for choice in [0...0, 1...1, 0...1] {
                    wholes.append(try await Self.assemble(pair, path, size, choice, &random))
                }
                for server in pair.servers {
                    wholes.append(try await RenditionForms.whole(server, pair.track, form, pair.token))
                }
                #expect(Set(wholes).count == 1, "seed \(seed), \(form)")
            }
        }
    }

    /// HEAD of both. What the first has found out of a FLAC is taken away, so that the second finds it out by itself.
    private static func heads(_ pair: Pair, _ path: String) async throws -> [TestResponse] {
        var heads: [TestResponse] = []
        for server in pair.servers {
            var head = try await server.request(.HEAD, path, token: pair.token)
            while head.status == 503 { head = try await server.request(.HEAD, path, token: pair.token) }
            #expect(head.status == 200)
            heads.append(head)
            let blobs = pair.servers[0].directory.path + "/uploads/blobs"
            for file in try FileManager.default.subpathsOfDirectory(atPath: blobs) where file.hasSuffix(".flac") {
                try FileManager.default.removeItem(atPath: "\(blobs)/\(file)")
            }
        }
        return heads
    }

    /// All pieces in random order, the caches thrown away now and then.
    private static func assemble(
        _ pair: Pair, _ path: String, _ size: Int, _ choice: ClosedRange<Int>, _ random: inout SplitMix
    ) async throws -> Data {
        var whole = Data(count: size)
        let pieces = stride(from: 0, to: size, by: pieceBytes).map { $0..<min($0 + pieceBytes, size) }
        for piece in pieces.shuffled(using: &random) {
            let server = pair.servers[Int.random(in: choice, using: &random)]
            if Int.random(in: 0..<8, using: &random) == 0 { try await server.purgeCache(pair.token) }
            let range = "bytes=\(piece.lowerBound)-\(piece.upperBound - 1)"
            let answer = try await server.request(.GET, path, headers: ["Range": range], token: pair.token)
            guard answer.status == 206, answer.body.count == piece.count else {
                throw TestFailure("\(path), \(range): \(answer.status), \(answer.body.count) bytes")
            }
            whole.replaceSubrange(piece, with: answer.body)
        }
        return whole
    }

    private static func run(_ body: (Pair) async throws -> Void) async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let secret = ["JWT_SECRET": String(repeating: "k", count: 32), "SEGMENT_CACHE_MEMORY": "1MiB"]
            let first = try await TestApp.start(databaseURL: database.url, environment: secret, in: directory)
            let other = secret.merging(["DATA_DIR": directory.path + "/other"]) { _, new in new }
            let second = try await TestApp.start(databaseURL: database.url, environment: other, in: directory)
            let outcome: Result<Void, any Error>
            do {
                let token = try await first.administrator("ann", in: database)
                let upload = try await first.upload(Fixture.noise(seconds: 19.3, seed: 71), token: token)
                let track = try #require((upload.data as? [String: Any])?["id"] as? Int)
                _ = try await first.settledTrack(track, token: token)
                outcome = .success(try await body(Pair(servers: [first, second], track: track, token: token)))
            } catch {
                outcome = .failure(error)
            }
            await first.process.end()
            await second.process.end()
            try outcome.get()
        }
    }
}
