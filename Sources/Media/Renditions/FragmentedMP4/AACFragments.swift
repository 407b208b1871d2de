/// AAC in fragments of one size, whatever their packets take: each has a budget of bytes, and what it leaves is filled up.
/// So the place of every byte is known before anything is encoded.
struct AACFragments: Sendable, Codable {
    /// Packets of every fragment but the last: just under 6 s.
    static let packetsPerFragment: Int64 = 281
    /// A fragment of fewer packets has the budget of so many: a budget for one packet alone would be a tight one.
    private static let fewestPaidPackets = 16

    let kilobits: Int

    /// Most bytes that a packet may have: 6,144 bits a channel (ISO/IEC 14496-3, 4.5.3.1).
    static func largestPacketBytes(channels: Int) -> Int { 768 * channels }

    /// Most bytes that the packets of a fragment may have together: what the bitrate gives their samples.
    func budgetBytes(packetCount: Int) -> Int {
        (max(packetCount, Self.fewestPaidPackets) * kilobits * 8 + 2) / 3
    }

    /// Bytes of a fragment: its packets, what tells of them, and at least the head of what fills it up.
    func size(packetCount: Int) -> Int {
        MovieFragment.overheadBytes(packetCount: packetCount, tellsSizes: true) + budgetBytes(packetCount: packetCount)
            + Box.headBytes
    }

    /// Bytes of all fragments of a number of packets.
    func totalBytes(packetCount: Int64) -> Int64 {
        let (full, rest) = packetCount.quotientAndRemainder(dividingBy: Self.packetsPerFragment)
        let fullBytes = full * Int64(size(packetCount: Int(Self.packetsPerFragment)))
        return fullBytes + (rest == 0 ? 0 : Int64(size(packetCount: Int(rest))))
    }

    /// What tells of all fragments, ahead of them; the last ones end where the track's samples do.
    func index(packetCount: Int64, sampleCount: Int64) -> SegmentIndex {
        let starts = stride(from: 0, to: packetCount, by: Int(Self.packetsPerFragment))
        return SegmentIndex(
            references: starts.map { start in
                let count = min(Self.packetsPerFragment, packetCount - start)
                let perPacket = Int64(RenditionCodec.aac(kilobits: kilobits).samplesPerPacket)
                let end = min((start + count) * perPacket, sampleCount)
                return SegmentIndex.Reference(
                    sizeBytes: Int64(size(packetCount: Int(count))),
                    durationSamples: max(0, end - start * perPacket))
            })
    }

    /// A fragment of encoded packets, which keep to its budget.
    func bytes(ofFragment index: Int64, _ encoded: EncodedPackets) -> [UInt8] {
        let perFragment = Self.packetsPerFragment * Int64(RenditionCodec.aac(kilobits: kilobits).samplesPerPacket)
        let fragment = MovieFragment(
            index: index, decodeTime: index * perFragment, packetCount: encoded.sizes.count,
            packetSizes: encoded.sizes)
        let bytes = fragment.bytes(encoded.bytes)
        return bytes + Box.free(size(packetCount: encoded.sizes.count) - bytes.count)
    }
}

/// Packets of different sizes, one after the other.
struct EncodedPackets: Sendable {
    var bytes: [UInt8] = []
    var sizes: [Int] = []
}
