import Testing

@testable import Media

@Suite struct RenditionLayoutTests {
    static let codecs: [RenditionCodec] =
        RenditionCodec.mp3Ladder.map { .mp3(kilobits: $0) } + RenditionCodec.opusLadder.map { .opus(kilobits: $0) }
        + [.wav]

    private static func layout(_ codec: RenditionCodec, channels: Int = 2, samples: Int64) -> RenditionLayout {
        RenditionLayout(
            Rendition(codec: codec, channels: channels), sampleRate: 48_000, sampleCount: samples,
            tags: RenditionTags(title: "A title"), identity: "track")
    }

    /// Packets of any content, of the length that is due.
    private static func packets(_ layout: RenditionLayout, _ segment: Int64) -> [UInt8] {
        let count = layout.packets(ofSegment: segment).count * Int(layout.packetBytes)
        return Array(repeating: UInt8(truncatingIfNeeded: segment), count: count)
    }

    @Test(arguments: codecs) func segmentsTileTheWhole(codec: RenditionCodec) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Dice(state: seed)
        let lengths: [Int64] =
            [0, 1, 648, 649, 384_000 - 312]
            + (0..<2).map { _ in Int64.random(in: 1..<1_000_000, using: &random) }
        for samples in lengths {
            for channels in 1...2 {
                let layout = Self.layout(codec, channels: channels, samples: samples)
                var next = Int64(layout.header.count)
                var nextPacket: Int64 = 0
                for segment in 0..<layout.segmentCount {
                    let place = layout.bytes(ofSegment: segment)
                    #expect(place.lowerBound == next, "seed \(seed), \(samples)")
                    #expect(layout.packets(ofSegment: segment).lowerBound == nextPacket)
                    if !place.isEmpty {
                        #expect(layout.segment(at: place.lowerBound) == segment)
                        #expect(layout.segment(at: place.upperBound - 1) == segment)
                    }
                    let bytes = try layout.assemble(
                        layout.packets(ofSegment: segment), encoded: Self.packets(layout, segment))
                    #expect(bytes.count == place.count, "seed \(seed), \(samples)")
                    next = place.upperBound
                    nextPacket = layout.packets(ofSegment: segment).upperBound
                }
                #expect(next == layout.size, "seed \(seed), \(samples)")
                #expect(nextPacket == layout.packetCount)
                #expect(layout.segment(at: 0) == nil)
            }
        }
    }

    @Test func wrongPacketsAreRefused() {
        let layout = Self.layout(.opus(kilobits: 96), samples: 48_000)
        let good = Self.packets(layout, 0)
        #expect(throws: MediaError.self) { try layout.assemble(0..<51, encoded: Array(good.dropLast())) }
        #expect(throws: MediaError.self) { try layout.assemble(0..<51, encoded: good + [0]) }
    }

    @Test func tagsDoNotMoveABytes() {
        let plain = RenditionLayout(
            Rendition(codec: .opus(kilobits: 64), channels: 2), sampleRate: 44_100, sampleCount: 100_000, identity: "a")
        let long = String(repeating: "é", count: 5_000)
        let tagged = RenditionLayout(
            Rendition(codec: .opus(kilobits: 64), channels: 2), sampleRate: 44_100, sampleCount: 100_000,
            tags: RenditionTags(title: long, artist: long, album: long), identity: "a")
        #expect(plain.size == tagged.size)
        #expect(plain.header != tagged.header)
    }
}
