import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite struct SimilarTracksTests {
    /// The same samples at half the strength, or without their first second.
    private static func changed(_ wave: Data, halved: Bool = false, droppedSeconds: Int = 0) -> Data {
        let header = wave.prefix(44)
        var samples = Data(wave.dropFirst(44 + droppedSeconds * 192_000))
        if halved {
            samples = samples.withUnsafeBytes { bytes in
                Data(
                    bytes.bindMemory(to: Int16.self).flatMap { sample in
                        [UInt8(truncatingIfNeeded: sample / 2), UInt8(truncatingIfNeeded: (sample / 2) >> 8)]
                    })
            }
        }
        return header + samples
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
            let wave = Fixture.noise(seconds: 8, seed: 90)
            func add(_ file: Data, _ visibility: String = "public") async throws -> Int {
                let track = try await test.upload(file, fields: [("visibility", visibility)])
                _ = try await test.app.settledTrack(track.id, token: ann)
                return track.id
            }
            let original = try await add(wave)
            #expect(try await similar(test, to: original, token: ann).isEmpty)
            let soft = try await add(Self.changed(wave, halved: true))
            let cut = try await add(Self.changed(wave, droppedSeconds: 1), "private")
            let other = try await add(Fixture.noise(seconds: 8, seed: 91))
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
