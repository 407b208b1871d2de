import Foundation
import Testing

@testable import Media

/// Renditions put together out of segments, as real programs see them.
@Suite struct RenditionTests {
    private static let tones =
        "aevalsrc=0.4*sin(440*2*PI*t)+0.1*sin(97*t*t)|0.5*sin(997*2*PI*t)*sin(3*t):d=17.1234:s="

    private static func source(_ sampleRate: Int, _ name: String) throws -> RenditionSource {
        let path = try Reference.make(name, ["-f", "lavfi", "-i", tones + "\(sampleRate)"])
        let result = try Ingest.file(path)
        return try RenditionSource(
            path: path, packetIndex: result.packetIndex, sampleRate: result.sampleRate, channels: result.channels,
            sampleCount: result.sampleCount)
    }

    // Taking a file in is the slow part; they are shared.
    private static let source44100 = Result { try source(44_100, "a.flac") }
    private static let source48000 = Result { try source(48_000, "a.wav") }

    /// The whole, its segments made in any order.
    private static func assembled(_ layout: RenditionLayout, _ source: RenditionSource) throws -> [UInt8] {
        var segments: [Int64: [UInt8]] = [:]
        for index in (0..<layout.segmentCount).shuffled() {
            try SegmentRequest(source: source, layout: layout, index: index).make { piece throws(MediaError) in
                segments[index, default: []] += piece
            }
        }
        return (0..<layout.segmentCount).reduce(layout.header) { $0 + (segments[$1] ?? []) }
    }

    private static func layout(_ rendition: Rendition, _ source: RenditionSource) -> RenditionLayout {
        RenditionLayout(
            rendition, sampleRate: source.sampleRate,
            sampleCount: rendition.codec == .wav ? source.sampleCount : source.resampledCount,
            tags: RenditionTags(title: "Tönes", artist: "Ann", album: "Album"), identity: source.path)
    }

    /// Decibels by which the difference of two decodes lies below the first.
    private static func quality(_ wanted: [Int16], _ got: [Int16]) -> Double {
        var (signal, noise) = (0.0, 1e-9)
        for index in stride(from: 0, to: min(wanted.count, got.count), by: 11) {
            let (wanted, got) = (Double(wanted[index]), Double(got[index]))
            signal += wanted * wanted
            noise += (wanted - got) * (wanted - got)
        }
        return 10 * log10(signal / noise)
    }

    @Test(arguments: RenditionLayoutTests.codecs) func decodesToTheExactLength(codec: RenditionCodec) throws {
        let source = try Self.source44100.get()
        let wanted =
            codec == .wav
            ? try Reference.samples(source.path)
            : try Reference.samples(try Reference.make("48.wav", ["-i", source.path, "-ar", "48000"]))
        // Mono is the same arithmetic; a few do.
        for channels in codec.packetBytes(channels: 2) % 128 == 0 ? 1...2 : 2...2 {
            let layout = Self.layout(Rendition(codec: codec, channels: channels), source)
            let bytes = try Self.assembled(layout, source)
            #expect(Int64(bytes.count) == layout.size)
            let path = try Reference.write("a.\(codec.fileExtension)", bytes)
            let samples = try Reference.samples(path)
            let tolerance = codec == .wav ? 0 : codec.fileExtension == "m4a" ? 2 * codec.samplesPerPacket : 2
            #expect(
                abs(samples.count / channels - Int(layout.sampleCount)) <= tolerance,
                "\(codec) \(samples.count / channels)")
            if codec == .wav, channels == 2 { #expect(samples == wanted) }
            // A shift by a single sample would be below 20 dB.
            if channels == 2, codec.packetBytes(channels: 2) >= 240 {
                #expect(Self.quality(wanted, samples) > 22, "\(codec)")
            }
        }
    }

    @Test(arguments: [8_000, 96_000]) func lengthsFollowFromAnyRate(sampleRate: Int) throws {
        let source = try Self.source(sampleRate, "a.flac")
        for codec in [RenditionCodec.mp3(kilobits: 64), .opus(kilobits: 48)] {
            let layout = Self.layout(Rendition(codec: codec, channels: 2), source)
            let path = try Reference.write("a.\(codec.fileExtension)", try Self.assembled(layout, source))
            #expect(abs(try Reference.samples(path).count / 2 - Int(source.resampledCount)) <= 2)
        }
    }

    @Test(arguments: RenditionCodec.opusLadder.map { ($0, $0 == 96 ? 1 : 2) })
    func opusIsClean(kilobits: Int, channels: Int) throws {
        let source = try Self.source48000.get()
        let layout = Self.layout(Rendition(codec: .opus(kilobits: kilobits), channels: channels), source)
        let path = try Reference.write("a.opus", try Self.assembled(layout, source))
        let report = String(decoding: try Reference.run("opusinfo", [path]), as: UTF8.self)
        #expect(!report.lowercased().contains("warning"), "\(report)")
        #expect(report.contains("TITLE=Tönes"))
        #expect(report.contains("Pre-skip: 312"))
        #expect(report.contains("Playback length: 0m:17.123s"), "\(report)")
    }
}
