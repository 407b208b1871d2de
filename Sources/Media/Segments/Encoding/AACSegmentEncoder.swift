/// Encodes a segment of AAC on its own, at the finest quality whose packets keep to the segment's budget of bytes.
///
/// One quality for the whole segment, so that its end sounds as its beginning; packets before it are encoded and thrown
/// away, and the audio after it is the encoder's look-ahead, so that it joins its neighbours.
struct AACSegmentEncoder {
    /// Packets encoded and thrown away before a segment.
    private static let preRollPackets: Int64 = 50
    /// Frames after a segment's last that the encoder has to see.
    private static let lookAheadFrames: Int64 = 1
    private static let frameSamples = 1_024

    private var samples: SegmentSamples
    private let kilobits: Int
    private let dropped: Int
    private let count: Int

    /// - Parameters:
    ///   - samples: of the segment, and of what is encoded before and seen after it.
    ///   - kilobits: the bitrate in kbit/s, by which the encoder chooses how high the sound goes.
    ///   - dropped: packets that come before the segment's.
    ///   - count: packets of the segment.
    init(samples: SegmentSamples, kilobits: Int, dropped: Int, count: Int) {
        self.samples = samples
        self.kilobits = kilobits
        self.dropped = dropped
        self.count = count
    }

    /// The packets of a segment. Deterministic: they follow from the file and the arguments. Blocks the calling thread.
    /// - Parameter packets: numbers of packets of the whole, 0 being the first that the encoder emits.
    /// - Throws: `.unreadable` when the file no longer decodes as it did at ingest; codes of `Ingest.file`.
    static func encode(
        _ source: RenditionSource, packets: Range<Int64>, channels: Int, _ fragments: AACFragments
    ) throws(MediaError) -> EncodedPackets {
        let first = max(0, packets.lowerBound - preRollPackets)
        let frames = Int(packets.upperBound + lookAheadFrames - first)
        let samples = try SegmentSamples(
            source, channels: channels, from: first * Int64(frameSamples), count: frames * frameSamples)
        var encoder = AACSegmentEncoder(
            samples: samples, kilobits: fragments.kilobits, dropped: Int(packets.lowerBound - first),
            count: packets.count)
        return try encoder.encode(within: fragments.budgetBytes(packetCount: packets.count))
    }

    /// - Parameter budgetBytes: of all packets together.
    mutating func encode(within budgetBytes: Int) throws(MediaError) -> EncodedPackets {
        let packetBudget = AACFragments.largestPacketBytes(channels: samples.channels.count)
        var search = QuantiserSearch(from: Self.likelyQuality)
        var best: EncodedPackets?
        while let quality = search.next {
            let packets = try encode(quality: quality)
            let largest = packets.sizes.max() ?? 0
            let fullness = max(
                Double(packets.bytes.count) / Double(budgetBytes), Double(largest) / Double(packetBudget))
            if search.record(fullness: fullness) { best = packets }
        }
        if let best { return best }
        // No sound is known that gets here: the coarsest quality needs a quarter of the smallest budget.
        samples.silence()
        return try encode(quality: Self.likelyQuality)
    }

    /// Where music at 128 kbit/s often is.
    private static let likelyQuality = 120

    private func encode(quality: Int) throws(MediaError) -> EncodedPackets {
        let encoder = try Encoder(
            EncoderSettings(
                codec: "aac", format: samples.format, bitrate: kilobits * 1_000, quality: quality,
                hasGlobalHeader: true,
                options: ["aac_coder": "fast", "aac_pns": "0", "aac_is": "0"]))
        guard encoder.frameSamples == Self.frameSamples, encoder.leadingSamples == Self.frameSamples else {
            throw MediaError(
                code: .unsupportedCodec,
                message: "This machine's aac has another delay or frame size than Talas knows.")
        }
        let frame = try Frame()
        let packet = try Packet()
        var encoded = EncodedPackets()
        var (sent, received) = (0, 0)
        while received < dropped + count {
            guard try encoder.receive(into: packet) != .ready else {
                if received >= dropped {
                    encoded.bytes += packet.bytes
                    encoded.sizes.append(packet.sizeBytes)
                }
                received += 1
                continue
            }
            guard let stretch = samples.frame(sent, of: Self.frameSamples) else {
                throw MediaError(code: .io, message: "The encoder gave fewer packets than it was given frames.")
            }
            try frame.fill(stretch, format: samples.format)
            frame.time = Int64(sent * Self.frameSamples)
            sent += 1
            try encoder.send(frame)
        }
        return encoded
    }
}
