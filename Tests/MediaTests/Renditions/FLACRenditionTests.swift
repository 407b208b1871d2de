import Foundation
import Testing

@testable import Media

/// FLAC put together out of segments, as real programs see it.
@Suite struct FLACRenditionTests {
    /// A whole, and how it came about.
    private struct Whole {
        let layout: RenditionLayout
        let bytes: [UInt8]
        let path: String
    }

    private static func source(_ path: String) throws -> RenditionSource {
        let control = WorkControl(progress: { _ in }, isCancelled: { false })
        return try #require(try SourceScan.run(path, .decoded, limits: MediaLimits(), control: control))
    }

    /// Makes a table as the first who asks does, then every segment once more in any order.
    private static func make(_ source: RenditionSource, channels: Int) throws -> Whole {
        let rendition = Rendition(codec: .flac, channels: channels)
        func layout(_ table: FLACTable?) -> RenditionLayout {
            RenditionLayout(
                rendition, sampleRate: source.sampleRate, sampleCount: source.sampleCount,
                tags: RenditionTags(title: "Tönes"), identity: "", flac: table)
        }
        func segment(_ index: Int64, _ layout: RenditionLayout) throws -> [UInt8] {
            var bytes: [UInt8] = []
            try SegmentRequest(source: source, layout: layout, index: index).make { bytes += $0 }
            return bytes
        }
        let unmeasured = layout(nil)
        let sizes = try (0..<unmeasured.segmentCount).map { index in
            try FLACTable.Segment(
                try segment(index, unmeasured), frames: unmeasured.packets(ofSegment: index))
        }
        let table = FLACTable(
            format: try FLACFormat(of: source, channels: channels), segments: sizes,
            md5: try FLACDigest.md5(source, channels: channels))
        let measured = layout(try JSONDecoder().decode(FLACTable.self, from: try JSONEncoder().encode(table)))
        var bytes = [UInt8](repeating: 0, count: Int(measured.size))
        bytes.replaceSubrange(0..<measured.header.count, with: measured.header)
        for index in (0..<measured.segmentCount).shuffled() {
            let place = measured.bytes(ofSegment: index)
            let made = try segment(index, measured)
            #expect(made.count == place.count)
            bytes.replaceSubrange(Int(place.lowerBound)..<Int(place.upperBound), with: made)
        }
        return Whole(layout: measured, bytes: bytes, path: try Reference.write("a.flac", bytes))
    }

    /// Samples at 24 bits, as the `ffmpeg` program decodes them; 16-bit ones have zeros below.
    private static func samples(_ path: String, _ options: [String] = []) throws -> Data {
        try Reference.run(
            "ffmpeg", ["-nostdin", "-v", "quiet", "-i", path] + options + ["-f", "s24le", "-c:a", "pcm_s24le", "-"])
    }

    @Test(arguments: [
        ("8.flac", "-ar 8000 -ac 1"), ("24.flac", "-ar 192000 -sample_fmt s32"), ("24.wav", "-c:a pcm_s24le"),
        ("16.wav", "-ar 44100"), ("8bit.wav", "-c:a pcm_u8 -ar 11025"), ("5.1.wav", "-ac 6"), ("a.wv", "-ar 96000"),
        ("alac.m4a", "-c:a alac"), ("7.1.flac", "-ac 8 -ar 32000"),
    ])
    func losslessSourcesStayTheSame(name: String, options: String) throws {
        let source = try SegmentSources.make(name, options)
        let whole = try Self.make(source, channels: source.channels)
        try Reference.run("flac", ["-t", "-s", "-w", whole.path])
        #expect(try Self.samples(whole.path) == Self.samples(source.path))
        #expect(try Probe.file(whole.path).tags["title"] == "Tönes")
    }

    /// Noise of AAC depends on where its decoder began, so there only the length can be compared.
    @Test(arguments: [("a.mp3", "-b:a 160k"), ("a.ogg", "-c:a libvorbis"), ("a.opus", "-c:a libopus"), ("a.m4a", "")])
    func lossySourcesHaveSixteenBits(name: String, options: String) throws {
        let source = try SegmentSources.make(name, options)
        let whole = try Self.make(source, channels: 2)
        try Reference.run("flac", ["-t", "-s", "-w", whole.path])
        #expect(try Probe.file(whole.path).bitsPerSample == 16)
        let samples = try Reference.samples(whole.path)
        #expect(samples.count == Int(source.sampleCount) * 2)
        if name != "a.m4a" { #expect(try samples == Reference.samples(source.path)) }
    }

    @Test func channelsAreMixedAndCopied() throws {
        let surround = try SegmentSources.make("5.1.flac", "-ac 6")
        for channels in 1...2 {
            let whole = try Self.make(surround, channels: channels)
            try Reference.run("flac", ["-t", "-s", "-w", whole.path])
            #expect(try Probe.file(whole.path).channels == channels)
        }
        let mono = try SegmentSources.make("mono.flac", "-ac 1 -ar 32000")
        let copied = try Reference.samples(try Self.make(mono, channels: 2).path)
        #expect(try copied == Reference.samples(mono.path).flatMap { [$0, $0] })
    }

    @Test func anyLengthIsWhole() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let some = (0..<3).map { _ in Int.random(in: 1...1_000_000, using: &generator) }
        for samples in [1, 2, 15, 16, 17, 4095, 4096, 4097, 96 * 4096, 96 * 4096 + 1] + some {
            let path = try Reference.make(
                "a.wav", ["-f", "lavfi", "-i", "anoisesrc=r=44100:a=0.3", "-af", "atrim=end_sample=\(samples)"])
            let source = try Self.source(path)
            let whole = try Self.make(source, channels: 1)
            try Reference.run("flac", ["-t", "-s", "-w", whole.path])
            #expect(try Self.samples(whole.path) == Self.samples(path), "\(samples) samples, seed \(seed)")
            for index in 0..<whole.layout.segmentCount {
                let place = whole.layout.bytes(ofSegment: index)
                #expect(whole.layout.segment(at: place.lowerBound) == index)
                #expect(whole.layout.segment(at: place.upperBound - 1) == index)
            }
            #expect(whole.layout.segment(at: Int64(whole.layout.header.count - 1)) == nil)
        }
    }

    @Test func aFileThatWasCutOffGivesWhatItHas() throws {
        let bytes = try Reference.bytes(try SegmentSources.make("44.flac", "-ar 44100").path)
        let path = try Reference.write("cut.flac", bytes.prefix(bytes.count / 2))
        let source = try Self.source(path)
        let whole = try Self.make(source, channels: 2)
        try Reference.run("flac", ["-t", "-s", "-w", whole.path])
        #expect(try Reference.samples(whole.path).count == Int(source.sampleCount) * 2)
    }

    /// Past frame 2,047 numbers take three bytes.
    @Test func longOnesHaveFrameNumbersOfSeveralBytes() throws {
        let path = try Reference.make("long.flac", ["-f", "lavfi", "-i", "sine=440:r=8000:d=1060"])
        let source = try Self.source(path)
        #expect(SegmentEncoder.packetCount(source, .flac) > 2_048)
        let whole = try Self.make(source, channels: 1)
        try Reference.run("flac", ["-t", "-s", "-w", whole.path])
        // A decoder that seeks finds the same samples.
        let end = ["-ss", "1050"]
        #expect(
            try Reference.run("ffmpeg", ["-v", "error"] + end + ["-i", whole.path, "-f", "s16le", "-"])
                == Reference.run("ffmpeg", ["-v", "error"] + end + ["-i", path, "-f", "s16le", "-"]))
    }

    @Test func aTableOfOtherSizesIsNoticed() throws {
        let source = try SegmentSources.make("44.flac", "-ar 44100")
        let rendition = Rendition(codec: .flac, channels: 2)
        let table = FLACTable(
            format: try FLACFormat(of: source, channels: 2), segments: [.empty], md5: Array(repeating: 0, count: 16))
        let layout = RenditionLayout(
            rendition, sampleRate: 44_100, sampleCount: source.sampleCount, identity: "", flac: table)
        let error = #expect(throws: MediaError.self) {
            try SegmentRequest(source: source, layout: layout, index: 0).make { _ in }
        }
        #expect(error?.code == .io)
    }
}
