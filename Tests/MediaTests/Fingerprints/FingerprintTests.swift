import Foundation
import Testing

@testable import Media

@Suite struct FingerprintTests {
    @Test func equalsThatOfFpcalc() throws {
        let path = try Music.file(seed: 1)
        // Of some files it complains at their end, after it has printed what it found.
        let text = String(decoding: try Reference.run("sh", ["-c", "fpcalc -raw $0; true", path]), as: UTF8.self)
        let list = try #require(text.split(separator: "FINGERPRINT=").last)
        let expected = list.split { !$0.isNumber }.compactMap { UInt32($0) }
        #expect(expected.count > 40)
        #expect(try Ingest.file(path).fingerprint.items == expected)
    }

    private static let original = Result { try Music.file(seed: 2) }

    @Test(arguments: [
        ("a.mp3", "-b:a 128k"), ("a.opus", "-c:a libopus -b:a 64k"), ("trimmed.mp3", "-ss 1 -b:a 128k"),
        ("trimmed.opus", "-ss 0.77 -c:a libopus -b:a 64k"), ("loud.flac", "-af volume=3dB"),
        ("wide.flac", "-ac 2 -ar 48k"),
    ])
    func findsTheSameRecording(name: String, options: String) throws {
        let original = try Self.original.get()
        let copy = try Reference.make(name, ["-i", original] + options.split(separator: " ").map(String.init))
        let (first, second) = (try Ingest.file(original).fingerprint, try Ingest.file(copy).fingerprint)
        #expect(first.similarity(to: second) > 0.8)
        #expect(first.similarity(to: second) == second.similarity(to: first))
        #expect(Set(first.keys).intersection(second.keys).count >= first.keys.count / 10)
    }

    @Test func tellsOtherRecordingsApart() throws {
        let pieces = try (3..<7).map { try Ingest.file(try Music.file(seed: $0)).fingerprint }
        for (index, piece) in pieces.enumerated() {
            #expect(piece.similarity(to: piece) == 1)
            for other in pieces.dropFirst(index + 1) { #expect(piece.similarity(to: other) < 0.5) }
        }
    }

    @Test func whatIsTooShortOrSilentHasNothingToCompare() throws {
        let short = try Ingest.file(try Reference.make("s.flac", ["-f", "lavfi", "-i", "sine=440:d=1"])).fingerprint
        #expect(short.similarity(to: short) == 0)
        let silent = try Ingest.file(try Reference.make("s.flac", ["-f", "lavfi", "-i", "anullsrc", "-t", "9"]))
        #expect(silent.fingerprint.keys.isEmpty)
    }

    @Test func onlyTheFirstTwoMinutesCount() {
        var state: UInt32 = 1
        let noise = (0..<130 * 8_000).map { _ -> Int16 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int16(truncatingIfNeeded: state >> 16)
        }
        let (long, cut) = (
            FingerprintMeter(sampleRate: 8_000, channels: 1), FingerprintMeter(sampleRate: 8_000, channels: 1)
        )
        noise.withUnsafeBufferPointer { samples in
            long.append(samples)
            cut.append(UnsafeBufferPointer(rebasing: samples[..<(120 * 8_000)]))
        }
        let expected = cut.finish()
        #expect(expected.items.count > 900)
        #expect(long.finish() == expected)
    }

    @Test func survivesAsBytes() {
        let fingerprint = Fingerprint(items: [0, 1, 0x0102_0304, .max])
        #expect(fingerprint.bytes.suffix(8) == [4, 3, 2, 1, 255, 255, 255, 255])
        #expect(Fingerprint(bytes: fingerprint.bytes) == fingerprint)
    }
}
