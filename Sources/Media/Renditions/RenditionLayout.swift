/// Where every byte of a rendition lies, known before anything of it is encoded: a header, then packets of one size in
/// *pages* of a fixed number of packets, cut into *segments* of a fixed number of pages.
///
/// Pages are Ogg's (RFC 3533); in MP3 and WAV a page is a bare packet. Of FLAC only the packets are known beforehand; the
/// sizes of its segments come from a ``FLACTable``. Pure arithmetic, no I/O.
package struct RenditionLayout: Sendable, Codable {
    package let rendition: Rendition
    /// Samples per channel, at the rendition's rate.
    package let sampleCount: Int64
    /// What comes before the first packet.
    package let header: [UInt8]
    /// Size of the whole in bytes.
    package let size: Int64
    /// Packets of the whole.
    package let packetCount: Int64
    /// Packets of every segment but the last: about 8 s.
    package let packetsPerSegment: Int64

    let packetBytes: Int64
    let pages: Pages
    /// Where FLAC's segments lie; nil for the others, and for a FLAC that was never made.
    let flac: FLACLayout?

    /// How packets are wrapped.
    struct Pages: Sendable, Codable {
        let packetsPerPage: Int64
        /// Bytes of a page besides its packets, and besides what each packet adds.
        let bytesPerPage: Int64
        /// Bytes that each packet adds to its page's head.
        let bytesPerPacket: Int64
        /// Number of the stream, the same on all pages.
        let serial: UInt32

        static let none = Pages(packetsPerPage: 1, bytesPerPage: 0, bytesPerPacket: 0, serial: 0)
    }

    /// - Parameters:
    ///   - sampleRate: of WAV and FLAC; the others have 48 kHz.
    ///   - sampleCount: samples per channel at that rate.
    ///   - identity: what the stream's serial number follows from: the same for the same bytes.
    ///   - flac: what is known of a FLAC that was made once; without it there are packets, but no bytes.
    package init(
        _ rendition: Rendition, sampleRate: Int, sampleCount: Int64, tags: RenditionTags = RenditionTags(),
        identity: some StringProtocol, flac table: FLACTable? = nil
    ) {
        let codec = rendition.codec
        self.rendition = rendition
        self.sampleCount = sampleCount
        packetCount = codec.packetCount(samples: sampleCount)
        let bytes = codec.packetBytes(channels: rendition.channels)
        packetBytes = Int64(bytes)
        let isFLAC = codec == .flac
        flac = isFLAC ? table.map { FLACLayout($0, sampleCount: sampleCount, tags: tags) } : nil
        switch codec {
        case .mp3(let kilobits):
            packetsPerSegment = 334
            pages = .none
            header =
                ID3Tag(tags: tags).bytes
                + MP3InfoFrame(
                    kilobits: kilobits, channels: rendition.channels, frameCount: packetCount, sampleCount: sampleCount
                ).bytes
            size = Int64(header.count) + packetCount * packetBytes
        case .opus:
            pages = Pages(
                packetsPerPage: 50, bytesPerPage: Int64(OggPage.fixedHeaderBytes),
                bytesPerPacket: Int64(OggPage.lacing(bytes).count), serial: OggPage.serial(identity))
            packetsPerSegment = pages.packetsPerPage * 8
            header =
                OpusHeaders(
                    channels: rendition.channels, sampleRate: sampleRate, tags: tags, serial: pages.serial
                ).bytes
            size = Int64(header.count) + Self.bytes(of: packetCount, pages, packetBytes)
        case .wav:
            pages = .none
            // A little over the 8 s of the others at 48 kHz, less at higher rates: about 1.5 MB in stereo.
            packetsPerSegment = 400
            let data = sampleCount * Int64(rendition.channels * 2)
            header = WAVHeader(channels: rendition.channels, sampleRate: sampleRate, dataBytes: data).bytes
            size = Int64(header.count) + data
        case .flac:
            pages = .none
            packetsPerSegment = FLACLayout.framesPerSegment(channels: rendition.channels)
            header = flac?.header ?? []
            size = flac?.size ?? 0
        }
    }

    /// Segments of the whole.
    package var segmentCount: Int64 { (packetCount + packetsPerSegment - 1) / packetsPerSegment }

    /// Whether this is a FLAC that was never made: its segments have no places yet, and the one after the last stands for
    /// its ``FLACDescription``.
    package var isUnmeasured: Bool { rendition.codec == .flac && flac == nil }

    /// What ``SegmentRequest``s there are: one a segment, and that for the description.
    package var requestCount: Int64 { segmentCount + (isUnmeasured ? 1 : 0) }

    /// The packets of a segment.
    package func packets(ofSegment index: Int64) -> Range<Int64> {
        precondition((0..<segmentCount).contains(index), "there is no such segment")
        return index * packetsPerSegment..<min((index + 1) * packetsPerSegment, packetCount)
    }

    /// The place of a segment's bytes in the whole.
    package func bytes(ofSegment index: Int64) -> Range<Int64> {
        if let flac { return flac.bytes(ofSegment: index) }
        let first = offset(ofPacket: index * packetsPerSegment)
        return first..<min(offset(ofPacket: packets(ofSegment: index).upperBound), size)
    }

    /// The segment that holds a byte; nil in the header.
    package func segment(at offset: Int64) -> Int64? {
        precondition((0..<size).contains(offset), "there is no such byte")
        guard offset >= header.count else { return nil }
        if let flac { return flac.segment(at: offset) }
        let full = Self.bytes(of: packetsPerSegment, pages, packetBytes)
        return (offset - Int64(header.count)) / full
    }

    /// Packets that are encoded before their bytes can be given away: whole pages of about half a second; of FLAC a
    /// whole segment, whose size is checked.
    var packetsPerPiece: Int64 { rendition.codec == .flac ? packetsPerSegment : max(24, pages.packetsPerPage) }

    /// The bytes of a stretch of pages, of their encoded packets.
    /// - Parameter packets: numbers of the packets, the first of them the first of its page.
    /// - Throws: `io` for packets that are not as long as the arithmetic has them.
    func assemble(_ packets: Range<Int64>, encoded: [UInt8]) throws(MediaError) -> [UInt8] {
        guard rendition.codec != .flac else { return try assembleFLAC(packets, encoded) }
        let place = offset(ofPacket: packets.lowerBound)..<min(offset(ofPacket: packets.upperBound), size)
        // WAV's last packet may be cut short by the track's end.
        let needed = rendition.codec == .wav ? place.count : packets.count * Int(packetBytes)
        guard encoded.count >= needed, encoded.count <= packets.count * Int(packetBytes) else {
            throw MediaError(
                code: .io,
                message: "An encoder gave \(encoded.count) bytes where \(needed) were due: try another format.")
        }
        guard pages.bytesPerPage > 0 else {
            return encoded.count == needed ? encoded : Array(encoded.prefix(needed))
        }
        return paged(packets, encoded, size: place.count)
    }

    /// Byte offset at which a packet, the first of its page, begins with that page.
    private func offset(ofPacket number: Int64) -> Int64 {
        Int64(header.count) + Self.bytes(of: number, pages, packetBytes)
    }

    private static func bytes(of packets: Int64, _ pages: Pages, _ packetBytes: Int64) -> Int64 {
        let count = (packets + pages.packetsPerPage - 1) / pages.packetsPerPage
        return count * pages.bytesPerPage + packets * (pages.bytesPerPacket + packetBytes)
    }

    private func paged(_ range: Range<Int64>, _ encoded: [UInt8], size: Int) -> [UInt8] {
        let perPacket = Int64(rendition.codec.samplesPerPacket)
        var result: [UInt8] = []
        result.reserveCapacity(size)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Int(pages.packetsPerPage)) {
            let end = min(first + pages.packetsPerPage, range.upperBound)
            let isLast = end == packetCount
            let page = OggPage(
                flags: isLast ? .endOfStream : [],
                // The last one counts to the track's very end, which cuts off what the last packet has too much.
                granule: isLast ? sampleCount + Int64(rendition.codec.leadingSamples) : end * perPacket,
                serial: pages.serial, number: UInt32(truncatingIfNeeded: 2 + first / pages.packetsPerPage),
                packetSizes: Array(repeating: Int(packetBytes), count: Int(end - first)))
            let start = Int((first - range.lowerBound) * packetBytes)
            page.write(encoded[start..<start + Int((end - first) * packetBytes)], to: &result)
        }
        return result
    }
}
