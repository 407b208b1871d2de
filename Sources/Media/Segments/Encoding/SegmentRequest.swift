/// One segment of a rendition of a source: everything that its bytes follow from.
package struct SegmentRequest: Sendable {
    package let source: RenditionSource
    package let layout: RenditionLayout
    /// Counts the rendition's segments from 0.
    package let index: Int64
    /// What the codecs have to do: a ``BehaviourDigest``. Nil for whatever they do.
    package let behaviour: String?

    package init(source: RenditionSource, layout: RenditionLayout, index: Int64, behaviour: String? = nil) {
        self.source = source
        self.layout = layout
        self.index = index
        self.behaviour = behaviour
    }

    /// Whether this is no segment but a FLAC's ``FLACDescription``, for which the whole is decoded.
    package var isDescription: Bool { layout.isUnmeasured && index == layout.segmentCount }

    /// Makes the segment: hands over its bytes in order, in pieces as they are finished. Blocks the calling thread.
    /// - Parameter take: is given each piece; what it throws ends the work.
    /// - Throws: `.unreadable` when the file no longer decodes as it did at ingest; codes of `Ingest.file`.
    package func make(_ take: ([UInt8]) throws(MediaError) -> Void) throws(MediaError) {
        let source = source.amplified(by: layout.rendition.gain)
        guard !isDescription else {
            return try take(FLACDescription(source, channels: layout.rendition.channels).serialised())
        }
        let packets = layout.packets(ofSegment: index)
        let (codec, channels) = (layout.rendition.codec, layout.rendition.channels)
        switch layout.form {
        case .pages(let pages):
            var next = packets.lowerBound
            try SegmentEncoder.encode(
                source, codec, packets: packets, channels: channels, piecePackets: pages.packetsPerPiece
            ) { encoded throws(MediaError) in
                let end = min(next + pages.packetsPerPiece, packets.upperBound)
                try take(pages.assemble(next..<end, encoded: encoded))
                next = end
            }
        case .fragments(let fragments):
            let encoded = try AACSegmentEncoder.encode(source, packets: packets, channels: channels, fragments)
            try take(fragments.bytes(ofFragment: index, encoded))
        case .frames(let frames):
            let encoded = try SegmentEncoder.encode(source, codec, packets: packets, channels: channels)
            try frames?.check(encoded, segment: index)
            try take(encoded)
        }
    }
}
