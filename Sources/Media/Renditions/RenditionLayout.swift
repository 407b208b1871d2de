/// Where every byte of a rendition lies, known before anything of it is encoded: a header, then *segments* of a fixed
/// number of packets, all of one size but for the last. Of FLAC only the packets are known beforehand; the sizes of its
/// segments come from a ``FLACTable``. Pure arithmetic, no I/O.
package struct RenditionLayout: Sendable, Codable {
    /// What segments are made of.
    enum Form: Sendable, Codable {
        /// Packets of one size, which can be given away while the segment's others are encoded.
        case pages(PacketPages)
        /// One fragment of a fixed size, of packets of different sizes.
        case fragments(AACFragments)
        /// FLAC frames, in segments whose sizes are known once they were made; nil before.
        case frames(FLACLayout?)
    }

    /// Counts the ways in which renditions were ever cut into segments and laid out: what was kept of an earlier one is
    /// not to be taken for a segment of this.
    static let version = 2

    package let rendition: Rendition
    /// Samples per channel, at the rendition's rate.
    package let sampleCount: Int64
    /// What comes before the first segment.
    package private(set) var header: [UInt8]
    /// Size of the whole in bytes.
    package let size: Int64
    /// Packets of the whole.
    package let packetCount: Int64
    /// Packets of every segment but the last: 2 s of MP3 and Opus, 6 s of AAC, about 8 s of WAV.
    package let packetsPerSegment: Int64
    let form: Form
    /// Bytes of every segment but the last.
    private let segmentBytes: Int64

    /// - Parameters:
    ///   - sampleRate: of the source, and so of WAV and FLAC; the others have 48 kHz.
    ///   - sampleCount: samples per channel at the rendition's rate.
    ///   - identity: what the stream's serial number follows from: the same for the same bytes.
    ///   - flac: what is known of a FLAC that was made once; without it there are packets, but no bytes.
    package init(
        _ rendition: Rendition, sampleRate: Int, sampleCount: Int64, tags: RenditionTags = RenditionTags(),
        identity: some StringProtocol, flac table: FLACTable? = nil
    ) {
        let (codec, channels) = (rendition.codec, rendition.channels)
        self.rendition = rendition
        self.sampleCount = sampleCount
        packetCount = codec.packetCount(samples: sampleCount)
        let pages = PacketPages(rendition, sampleCount: sampleCount, identity: identity)
        switch codec {
        case .mp3(let kilobits):
            packetsPerSegment = 84
            header =
                ID3Tag(tags: tags).bytes
                + MP3InfoFrame(
                    kilobits: kilobits, channels: channels, frameCount: packetCount, sampleCount: sampleCount
                ).bytes
        case .opus:
            packetsPerSegment = pages.packetsPerPage * 4
            header = OpusHeaders(channels: channels, sampleRate: sampleRate, tags: tags, serial: pages.serial).bytes
        case .wav:
            // 8 s at 48 kHz, less at higher rates: about 1.5 MB in stereo.
            packetsPerSegment = 400
            header = WAVHeader(channels: channels, sampleRate: sampleRate, dataBytes: pages.totalBytes).bytes
        case .aac(let kilobits):
            let fragments = AACFragments(kilobits: kilobits)
            packetsPerSegment = AACFragments.packetsPerFragment
            let movie = MovieHeader(rendition: rendition, sampleCount: sampleCount, tags: tags)
            header = movie.bytes + fragments.index(packetCount: packetCount, sampleCount: sampleCount).bytes
            form = .fragments(fragments)
            segmentBytes = fragments.totalBytes(packetCount: packetsPerSegment)
            size = Int64(header.count) + fragments.totalBytes(packetCount: packetCount)
            return
        case .flac:
            let frames = table.map { FLACLayout($0, sampleCount: sampleCount, tags: tags) }
            packetsPerSegment = FLACLayout.framesPerSegment(channels: channels)
            header = frames?.header ?? []
            form = .frames(frames)
            segmentBytes = 0
            size = frames?.size ?? 0
            return
        }
        form = .pages(pages)
        segmentBytes = pages.offset(ofPacket: packetsPerSegment)
        size = Int64(header.count) + pages.totalBytes
    }

    /// The same without its header, which whoever makes a segment has no need of.
    package var withoutHeader: RenditionLayout {
        var layout = self
        layout.header = []
        return layout
    }

    /// Segments of the whole.
    package var segmentCount: Int64 { (packetCount + packetsPerSegment - 1) / packetsPerSegment }

    /// Whether this is a FLAC that was never made: its segments have no places yet, and the one after the last stands for
    /// its ``FLACDescription``.
    package var isUnmeasured: Bool { if case .frames(nil) = form { true } else { false } }

    /// What ``SegmentRequest``s there are: one a segment, and that for the description.
    package var requestCount: Int64 { segmentCount + (isUnmeasured ? 1 : 0) }

    /// The packets of a segment.
    package func packets(ofSegment index: Int64) -> Range<Int64> {
        precondition((0..<segmentCount).contains(index), "there is no such segment")
        return index * packetsPerSegment..<min((index + 1) * packetsPerSegment, packetCount)
    }

    /// The place of a segment's bytes in the whole.
    package func bytes(ofSegment index: Int64) -> Range<Int64> {
        precondition((0..<segmentCount).contains(index), "there is no such segment")
        if case .frames(let frames?) = form { return frames.bytes(ofSegment: index) }
        let first = Int64(header.count) + index * segmentBytes
        return first..<min(first + segmentBytes, size)
    }

    /// The segment that holds a byte; nil in the header.
    package func segment(at offset: Int64) -> Int64? {
        precondition((0..<size).contains(offset), "there is no such byte")
        guard offset >= header.count else { return nil }
        if case .frames(let frames?) = form { return frames.segment(at: offset) }
        return (offset - Int64(header.count)) / segmentBytes
    }
}
