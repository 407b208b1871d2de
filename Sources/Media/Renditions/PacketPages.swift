/// Packets of one size in *pages* of a fixed number of packets. Pages are Ogg's (RFC 3533); in MP3 and WAV a page is a
/// bare packet.
struct PacketPages: Sendable, Codable {
    let codec: RenditionCodec
    /// Samples per channel, at the rendition's rate.
    let sampleCount: Int64
    /// Packets of the whole.
    let packetCount: Int64
    let packetBytes: Int64
    let packetsPerPage: Int64
    /// Bytes of a page besides its packets, and besides what each packet adds.
    let bytesPerPage: Int64
    /// Bytes that each packet adds to its page's head.
    let bytesPerPacket: Int64
    /// Number of the stream, the same on all pages.
    let serial: UInt32

    init(_ rendition: Rendition, sampleCount: Int64, identity: some StringProtocol) {
        let bytes = rendition.codec.packetBytes(channels: rendition.channels)
        codec = rendition.codec
        self.sampleCount = sampleCount
        packetCount = codec.packetCount(samples: sampleCount)
        packetBytes = Int64(bytes)
        if case .opus = codec {
            packetsPerPage = 25
            bytesPerPage = Int64(OggPage.fixedHeaderBytes)
            bytesPerPacket = Int64(OggPage.lacing(bytes).count)
            serial = OggPage.serial(identity)
        } else {
            (packetsPerPage, bytesPerPage, bytesPerPacket, serial) = (1, 0, 0, 0)
        }
    }

    /// Bytes of the whole.
    var totalBytes: Int64 { offset(ofPacket: packetCount) }

    /// Packets that are encoded before their bytes can be given away: whole pages of a quarter to half a second.
    var packetsPerPiece: Int64 { max(12, packetsPerPage) }

    /// Where a packet, the first of its page, begins with that page; for the number of packets, where all end.
    func offset(ofPacket number: Int64) -> Int64 {
        let pages = (number + packetsPerPage - 1) / packetsPerPage
        let offset = pages * bytesPerPage + number * (bytesPerPacket + packetBytes)
        // WAV's last packet may be cut short by the track's end.
        return number == packetCount && codec == .wav
            ? sampleCount * packetBytes / Int64(codec.samplesPerPacket) : offset
    }

    /// The bytes of a stretch of pages, of their encoded packets.
    /// - Parameter packets: numbers of the packets, the first of them the first of its page.
    /// - Throws: `io` for packets that are not as long as the arithmetic has them.
    func assemble(_ packets: Range<Int64>, encoded: [UInt8]) throws(MediaError) -> [UInt8] {
        let size = Int(offset(ofPacket: packets.upperBound) - offset(ofPacket: packets.lowerBound))
        let needed = codec == .wav ? size : packets.count * Int(packetBytes)
        guard encoded.count >= needed, encoded.count <= packets.count * Int(packetBytes) else {
            throw MediaError(
                code: .io,
                message: "An encoder gave \(encoded.count) bytes where \(needed) were due: try another format.")
        }
        guard bytesPerPage > 0 else {
            return encoded.count == needed ? encoded : Array(encoded.prefix(needed))
        }
        return paged(packets, encoded, size: size)
    }

    /// What ``assemble(_:encoded:)`` was given, from what it gave.
    func packets(inPages pages: ArraySlice<UInt8>) -> [UInt8] {
        guard bytesPerPage > 0 else { return Array(pages) }
        let pageBytes = Int(bytesPerPage + packetsPerPage * (bytesPerPacket + packetBytes))
        var packets: [UInt8] = []
        packets.reserveCapacity(pages.count)
        for start in stride(from: pages.startIndex, to: pages.endIndex, by: pageBytes) {
            let page = pages[start..<min(start + pageBytes, pages.endIndex)]
            let count = (page.count - Int(bytesPerPage)) / Int(bytesPerPacket + packetBytes)
            packets += page.suffix(count * Int(packetBytes))
        }
        return packets
    }

    private func paged(_ range: Range<Int64>, _ encoded: [UInt8], size: Int) -> [UInt8] {
        let perPacket = Int64(codec.samplesPerPacket)
        var result: [UInt8] = []
        result.reserveCapacity(size)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Int(packetsPerPage)) {
            let end = min(first + packetsPerPage, range.upperBound)
            let isLast = end == packetCount
            let page = OggPage(
                flags: isLast ? .endOfStream : [],
                // The last one counts to the track's very end, which cuts off what the last packet has too much.
                granule: isLast ? sampleCount + Int64(codec.leadingSamples) : end * perPacket,
                serial: serial, number: UInt32(truncatingIfNeeded: 2 + first / packetsPerPage),
                packetSizes: Array(repeating: Int(packetBytes), count: Int(end - first)))
            let start = Int((first - range.lowerBound) * packetBytes)
            page.write(encoded[start..<start + Int((end - first) * packetBytes)], to: &result)
        }
        return result
    }
}
