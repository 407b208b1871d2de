import Testing

@testable import Media

@Suite struct RenditionLayoutTests {
    static let codecs: [RenditionCodec] =
        RenditionCodec.mp3Ladder.map { .mp3(kilobits: $0) } + RenditionCodec.opusLadder.map { .opus(kilobits: $0) }
        + RenditionCodec.aacLadder.map { .aac(kilobits: $0) } + [.wav]

    private static func layout(_ codec: RenditionCodec, channels: Int = 2, samples: Int64) -> RenditionLayout {
        RenditionLayout(
            Rendition(codec: codec, channels: channels), sampleRate: 48_000, sampleCount: samples,
            tags: RenditionTags(title: "A title"), identity: "track")
    }

    /// A segment of packets of any content and of a length that may be.
    private static func segment(
        _ layout: RenditionLayout, _ segment: Int64, _ random: inout Dice
    ) throws -> [UInt8] {
        let packets = layout.packets(ofSegment: segment)
        switch layout.form {
        case .pages(let pages):
            let encoded = (0..<packets.count * Int(pages.packetBytes)).map { UInt8(truncatingIfNeeded: $0) }
            let bytes = try pages.assemble(packets, encoded: encoded)
            // The last packet of WAV may have been cut.
            #expect(encoded.starts(with: pages.packets(inPages: bytes[...])))
            return bytes
        case .fragments(let fragments):
            var left = fragments.budgetBytes(packetCount: packets.count)
            let sizes = packets.map { _ in
                let size = Int.random(in: 0...min(left, 700), using: &random)
                left -= size
                return size
            }
            let bytes = Array(repeating: UInt8(1), count: sizes.reduce(0, +))
            return fragments.bytes(ofFragment: segment, EncodedPackets(bytes: bytes, sizes: sizes))
        case .frames:
            throw MediaError(code: .invalidOption, message: "FLAC is laid out by what was made.")
        }
    }

    @Test(arguments: codecs) func segmentsTileTheWhole(codec: RenditionCodec) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Dice(state: seed)
        let lengths: [Int64] =
            [0, 1, 648, 649, 384_000 - 312, 280 * 1024, 280 * 1024 + 1]
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
                    let bytes = try Self.segment(layout, segment, &random)
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
        let pages = PacketPages(
            Rendition(codec: .opus(kilobits: 96), channels: 2), sampleCount: 48_000, identity: "track")
        let good = Array(repeating: UInt8(0), count: 51 * Int(pages.packetBytes))
        #expect(throws: MediaError.self) { try pages.assemble(0..<51, encoded: Array(good.dropLast())) }
        #expect(throws: MediaError.self) { try pages.assemble(0..<51, encoded: good + [0]) }
    }

    @Test(arguments: [RenditionCodec.opus(kilobits: 64), .aac(kilobits: 64)])
    func tagsDoNotMoveABytes(codec: RenditionCodec) {
        let plain = RenditionLayout(
            Rendition(codec: codec, channels: 2), sampleRate: 44_100, sampleCount: 100_000, identity: "a")
        let long = String(repeating: "é", count: 5_000)
        let tagged = RenditionLayout(
            Rendition(codec: codec, channels: 2), sampleRate: 44_100, sampleCount: 100_000,
            tags: RenditionTags(title: long, artist: long, album: long), identity: "a")
        #expect(plain.size == tagged.size)
        #expect(plain.header != tagged.header)
    }
}
