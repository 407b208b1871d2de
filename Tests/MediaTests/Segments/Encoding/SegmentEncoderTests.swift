import Foundation
import Media
import Testing

@Suite struct SegmentEncoderTests {
    private static let everyCodec: [RenditionCodec] =
        RenditionCodec.mp3Ladder.map { .mp3(kilobits: $0) } + RenditionCodec.opusLadder.map { .opus(kilobits: $0) }

    /// Encodes in pieces of random lengths, in random order, and puts them together.
    private func assemble(
        _ source: RenditionSource, _ codec: RenditionCodec, channels: Int, seed: UInt64
    ) throws -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let end = SegmentEncoder.packetCount(source, codec)
        var pieces: [Range<Int64>] = []
        while let begin = pieces.last?.upperBound ?? (end > 0 ? 0 : nil), begin < end {
            pieces.append(begin..<min(end, begin + Int64.random(in: 40...130, using: &generator)))
        }
        var made: [Int64: [UInt8]] = [:]
        for piece in pieces.shuffled(using: &generator) {
            made[piece.lowerBound] = try SegmentEncoder.encode(source, codec, packets: piece, channels: channels)
        }
        return pieces.flatMap { made[$0.lowerBound] ?? [] }
    }

    private func whole(_ source: RenditionSource, _ codec: RenditionCodec, channels: Int = 2) throws -> [UInt8] {
        let end = SegmentEncoder.packetCount(source, codec)
        return try SegmentEncoder.encode(source, codec, packets: 0..<end, channels: channels)
    }

    @Test(arguments: everyCodec) func piecesAreThoseOfOneEncode(codec: RenditionCodec) throws {
        let source = try SegmentSources.make("48.flac")
        let expected = try whole(source, codec)
        #expect(
            Int64(expected.count) == SegmentEncoder.packetCount(source, codec) * Int64(codec.packetBytes(channels: 2)))
        let seed = UInt64.random(in: 0 ... .max)
        #expect(try assemble(source, codec, channels: 2, seed: seed) == expected, "seed \(seed)")
    }

    @Test(arguments: SegmentSources.formats.indices) func anySourceGivesTheSamePieces(number: Int) throws {
        let format = SegmentSources.formats[number]
        let source = try SegmentSources.make(format.name, format.options)
        let seed = UInt64.random(in: 0 ... .max)
        for codec in [.wav, Self.everyCodec[number * 4 % Self.everyCodec.count]] {
            let pieces = try assemble(source, codec, channels: 2, seed: seed)
            #expect(try pieces == whole(source, codec), "\(format.name) \(codec) seed \(seed)")
        }
    }

    @Test(arguments: [RenditionCodec.mp3(kilobits: 64), .mp3(kilobits: 192)])
    func quietMusicRemembersLoudMusicLongEnough(codec: RenditionCodec) throws {
        let source = try SegmentSources.make("quiet.flac", "-af volume='if(lt(t,2),1,0.01)':eval=frame")
        let seed = UInt64.random(in: 0 ... .max)
        #expect(try assemble(source, codec, channels: 2, seed: seed) == whole(source, codec), "seed \(seed)")
    }

    @Test func equalsTheFFmpegProgram() throws {
        let source = try SegmentSources.make("48.flac")
        let mp3 = try Reference.make(
            "whole.mp3",
            [
                "-i", source.path, "-b:a", "128k", "-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0",
                "-sample_fmt", "fltp",
            ])
        let ours = try whole(source, .mp3(kilobits: 128))
        #expect(try Array(Reference.bytes(mp3).prefix(ours.count)) == ours)
    }

    @Test(arguments: ["44.flac", "8.wav", "96.wav", "44.ogg"])
    func decodesToTheSourcesLength(name: String) throws {
        let format = try #require(SegmentSources.formats.first { $0.name == name })
        let source = try SegmentSources.make(format.name, format.options)
        let codec = RenditionCodec.mp3(kilobits: 64)
        let path = try Reference.write("a.mp3", try assemble(source, codec, channels: 2, seed: 3))
        let decoded = try Reference.samples(path).count / 2 - codec.leadingSamples
        let expected = Int((Double(source.sampleCount) * 48_000 / Double(source.sampleRate)).rounded())
        #expect(abs(Int(source.resampledCount) - expected) <= 2)
        #expect((expected - 2..<expected + codec.samplesPerPacket + 2).contains(decoded))
    }

    @Test func wavHoldsTheSourcesSamples() throws {
        for (name, options) in [("16.wav", "-ar 44100"), ("a.flac", "-ar 22050")] {
            let source = try SegmentSources.make(name, options)
            let bytes = try assemble(source, .wav, channels: 2, seed: 7)
            let samples = try Reference.samples(source.path).flatMap {
                [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
            }
            #expect(bytes == samples)
        }
    }

    @Test func oneChannelIsCopiedIntoTwoAndStaysOneWhereAsked() throws {
        let source = try SegmentSources.make("mono.flac", "-ac 1 -ar 44100")
        let both = try assemble(source, .wav, channels: 2, seed: 11)
        let one = try assemble(source, .wav, channels: 1, seed: 12)
        let expected = try Reference.samples(source.path)
        #expect(both.count == 2 * one.count)
        #expect(one == expected.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
        #expect(stride(from: 0, to: both.count, by: 4).allSatisfy { both[$0..<$0 + 2] == both[$0 + 2..<$0 + 4] })
        #expect(
            stride(from: 0, to: one.count, by: 2).allSatisfy {
                one[$0..<$0 + 2].elementsEqual(both[2 * $0..<2 * $0 + 2])
            })
    }

    @Test func refusesWhatThereIsNot() throws {
        let source = try SegmentSources.make("48.flac")
        let codec = RenditionCodec.opus(kilobits: 64)
        let end = SegmentEncoder.packetCount(source, codec)
        #expect(try SegmentEncoder.encode(source, codec, packets: end..<end, channels: 2) == [])
        for (packets, channels) in [(-1..<3, 2), (end - 1..<end + 1, 2), (0..<1, 3), (0..<1, 0)] {
            let error = #expect(throws: MediaError.self) {
                _ = try SegmentEncoder.encode(source, codec, packets: packets, channels: channels)
            }
            #expect(error?.code == .invalidOption)
        }
    }

    @Test func aFileThatWasReplacedIsNoticed() throws {
        let source = try SegmentSources.make("replaced.ogg", "-c:a libvorbis -q:a 3")
        let other = try SegmentSources.make("other.ogg", "-c:a libvorbis -q:a 7")
        try FileManager.default.removeItem(atPath: source.path)
        try FileManager.default.copyItem(atPath: other.path, toPath: source.path)
        let error = #expect(throws: MediaError.self) { _ = try whole(source, .mp3(kilobits: 64)) }
        #expect(error?.code == .unreadable)
    }
}
