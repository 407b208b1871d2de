import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct SimilarTracksTests {
    private static let rate = 11_025

    /// Ten seconds of chords that change four times a second, drawn from a seed.
    private static func music(seed: UInt64) -> [Int16] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func dice(_ sides: UInt64) -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double((state >> 32) % sides)
        }
        var samples: [Int16] = []
        for _ in 0..<40 {
            let steps = (0..<4).map { _ in 2 * Double.pi * 110 * pow(2, dice(30) / 12) / Double(rate) }
            for index in 0..<rate / 4 {
                samples.append(Int16(steps.reduce(0) { $0 + 4_000 * sin($1 * Double(index)) }))
            }
        }
        return samples
    }

    /// A 16-bit WAV of one channel.
    private static func wave(_ samples: some Sequence<Int16>) -> Data {
        let pcm = Data(samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
        func little(_ number: Int, _ count: Int) -> Data {
            Data((0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
        let format = little(16, 4) + little(1, 2) + little(1, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2)
        return Data("RIFF".utf8) + little(36 + pcm.count, 4) + Data("WAVEfmt ".utf8) + format + little(16, 2)
            + Data("data".utf8) + little(pcm.count, 4) + pcm
    }

    private func similar(
        _ test: TracksApp, to id: Int, token: String, query: String = ""
    ) async throws -> [(id: Int, score: Double)] {
        let answer = try await test.app.api(.GET, "/tracks/\(id)/similar\(query)", token: token)
        #expect(answer.status == 200)
        return (answer.data as? [[String: Any]] ?? []).map { match in
            let track = match["track"] as? [String: Any]
            return (track?["id"] as? Int ?? -1, match["score"] as? Double ?? -1)
        }
    }

    @Test func theSameRecordingIsFoundByThoseWhoMaySeeIt() async throws {
        try await TracksApp.run { test in
            let (ann, bob) = (test.ann.accessToken, test.bob.accessToken)
            let music = Self.music(seed: 90)
            func add(_ file: Data, _ visibility: String = "public") async throws -> Int {
                let track = try await test.upload(file, fields: [("visibility", visibility)])
                _ = try await test.app.settledTrack(track.id, token: ann)
                return track.id
            }
            let original = try await add(Self.wave(music))
            #expect(try await similar(test, to: original, token: ann).isEmpty)
            let soft = try await add(Self.wave(music.map { $0 / 2 }))
            let cut = try await add(Self.wave(music.dropFirst(Self.rate)), "private")
            let other = try await add(Self.wave(Self.music(seed: 91)))
            let found = try await similar(test, to: original, token: ann)
            #expect(found.map(\.id) == [soft, cut])
            #expect(found.allSatisfy { 0.7...1 ~= $0.score })
            #expect(found[0].score >= found[1].score)
            #expect(try await similar(test, to: cut, token: ann).map(\.id).sorted() == [original, soft])
            #expect(try await similar(test, to: other, token: ann).isEmpty)
            // What is not theirs to see is neither found nor asked about.
            #expect(try await similar(test, to: original, token: bob).map(\.id) == [soft])
            #expect(try await test.app.api(.GET, "/tracks/\(cut)/similar", token: bob).status == 404)
            #expect(try await test.app.api(.GET, "/tracks/\(original)/similar").status == 401)
        }
    }

    @Test func aTrackWithoutAFingerprintHasNone() async throws {
        try await TracksApp.run(arguments: ["--roles", "api"]) { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 92))
            #expect(try await similar(test, to: track.id, token: test.ann.accessToken).isEmpty)
        }
    }
}
