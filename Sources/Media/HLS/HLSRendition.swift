/// A rendition as HTTP Live Streaming has it (RFC 8216): an initialisation segment, then media segments that are those of
/// the rendition's own layout, each a fragment of MP4 with its absolute place in time.
package struct HLSRendition: Sendable {
    package let layout: RenditionLayout
    private let tags: RenditionTags

    /// - Parameter layout: of AAC or Opus; there is no HLS of the others here.
    package init(_ layout: RenditionLayout, tags: RenditionTags = RenditionTags()) {
        self.layout = layout
        self.tags = tags
    }

    /// `CODECS` of a playlist (RFC 6381).
    package var codecs: String {
        if case .aac = layout.rendition.codec { "mp4a.40.2" } else { "opus" }
    }

    /// What a player reads before any segment.
    package var initialisation: [UInt8] {
        MovieHeader(
            rendition: layout.rendition, sampleCount: layout.sampleCount, tags: tags
        ).bytes
    }

    /// Samples of the track that a segment holds: neither what decoders give before the first, nor what the last packet
    /// has too much. All of them together are the track's samples.
    package func sampleCount(ofSegment index: Int64) -> Int64 {
        let packets = layout.packets(ofSegment: index)
        let codec = layout.rendition.codec
        func place(_ packet: Int64) -> Int64 {
            let sample = packet * Int64(codec.samplesPerPacket) - Int64(codec.leadingSamples)
            return min(max(0, sample), layout.sampleCount)
        }
        return place(packets.upperBound) - place(packets.lowerBound)
    }

    /// Bytes of a media segment.
    package func size(ofSegment index: Int64) -> Int64 {
        switch layout.form {
        case .fragments, .frames: Int64(layout.bytes(ofSegment: index).count)
        case .pages(let pages):
            Int64(layout.packets(ofSegment: index).count) * pages.packetBytes
                + Int64(MovieFragment.overheadBytes(packetCount: 0, tellsSizes: false))
        }
    }

    /// Whether a media segment is the rendition's segment as it is; else ``media(segment:bytes:)`` makes it of that.
    package var keepsBytes: Bool { if case .pages = layout.form { false } else { true } }

    /// A media segment, of the bytes that the rendition has for it: packets of Opus leave their Ogg pages.
    package func media(segment index: Int64, bytes: [UInt8]) -> [UInt8] {
        guard case .pages(let pages) = layout.form else { return bytes }
        let packets = layout.packets(ofSegment: index)
        let fragment = MovieFragment(
            index: index, decodeTime: packets.lowerBound * Int64(layout.rendition.codec.samplesPerPacket),
            packetCount: packets.count, packetSizes: [])
        return fragment.bytes(pages.packets(inPages: bytes[...]))
    }
}
