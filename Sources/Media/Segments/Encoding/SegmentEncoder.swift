/// Encodes any stretch of a rendition on its own: byte for byte what one encode of the whole source gives there.
///
/// Packets before the stretch are encoded as well and thrown away, so that the encoder has forgotten how it began; the
/// real audio after it is the encoder's look-ahead. Only the end of the source is ever flushed.
package struct SegmentEncoder: ~Copyable {
    private var samples: ResampledSource
    private let encoder: Encoder
    private let frame: Frame
    private let packet: Packet
    private let packetBytes: Int
    private let packetSamples: Int
    private var sentSamples: Int64 = 0
    private var isFlushed = false

    /// Packets of one stretch, one after the other.
    ///
    /// Deterministic: the bytes follow from the file and the arguments. Blocks the calling thread.
    /// - Parameters:
    ///   - packets: numbers of packets of the whole encode, 0 being the first that the encoder emits; none beyond
    ///     `codec.packetCount(samples:)` of the source.
    ///   - channels: 1 or 2; several channels are mixed by FFmpeg's matrix, one is copied into two.
    /// - Throws: `.invalidOption` for packets or channels there are none of; `.unreadable` when the file no longer
    ///   decodes as it did at ingest; codes of `Ingest.file`.
    package static func encode(
        _ source: RenditionSource, _ codec: RenditionCodec, packets: Range<Int64>, channels: Int
    ) throws(MediaError) -> [UInt8] {
        guard packets.lowerBound >= 0, packets.upperBound <= packetCount(source, codec), 1...2 ~= channels else {
            throw MediaError(code: .invalidOption, message: "This rendition has no such packets.")
        }
        guard !packets.isEmpty else { return [] }
        for fromBeginning in [false, true] {
            let bytes: [UInt8]?
            if let plan = EncodingPlan(codec, channels: channels) {
                bytes = try encode(source, plan, packets: packets, fromBeginning: fromBeginning)
            } else {
                bytes = try wave(source, packets: packets, channels: channels, fromBeginning: fromBeginning)
            }
            if let bytes { return bytes }
        }
        throw MediaError(
            code: .unreadable, message: "The file does not decode as it did when it was taken in: upload it again.")
    }

    /// Packets of the whole rendition, with those that only carry the encoder's delay.
    package static func packetCount(_ source: RenditionSource, _ codec: RenditionCodec) -> Int64 {
        codec.packetCount(samples: codec == .wav ? source.sampleCount : source.resampledCount)
    }

    /// - Returns: nil when the source contradicts its index.
    private static func encode(
        _ source: RenditionSource, _ plan: EncodingPlan, packets: Range<Int64>, fromBeginning: Bool
    ) throws(MediaError) -> [UInt8]? {
        let first = max(0, packets.lowerBound - Int64(plan.preRollPackets))
        var run = try SegmentEncoder(source, plan, from: first, fromBeginning: fromBeginning)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packets.count * plan.packetBytes)
        for number in first..<packets.upperBound {
            guard try run.next() else { return nil }
            if number >= packets.lowerBound { bytes += run.packet.bytes }
        }
        return bytes
    }

    private init(_ source: RenditionSource, _ plan: EncodingPlan, from packet: Int64, fromBeginning: Bool)
        throws(MediaError)
    {
        let encoder = try Encoder(plan.encoder)
        guard encoder.frameSamples == plan.packetSamples, encoder.leadingSamples == plan.leadingSamples else {
            throw MediaError(
                code: .unsupportedCodec,
                message: "This machine's \(plan.encoder.codec) has another delay or frame size than Talas knows.")
        }
        let samples = try ResampledSource(
            source, as: plan.encoder.format, from: packet * Int64(plan.packetSamples), fromBeginning: fromBeginning)
        let frame = try Frame()
        let output = try Packet()
        self.samples = samples
        self.encoder = encoder
        self.frame = frame
        self.packet = output
        packetBytes = plan.packetBytes
        packetSamples = plan.packetSamples
    }

    /// Encodes the next packet.
    /// - Returns: false when the source contradicts its index.
    private mutating func next() throws(MediaError) -> Bool {
        while try encoder.receive(into: packet) != .ready {
            guard !isFlushed else { return false }
            try samples.fill(packetSamples)
            guard !samples.contradictsIndex else { return false }
            let count = min(packetSamples, samples.queue.count)
            if count > 0 {
                try samples.queue.take(count, into: frame)
                frame.time = sentSamples
                sentSamples += Int64(count)
                try encoder.send(frame)
            } else {
                isFlushed = true
                try encoder.sendEnd()
            }
        }
        guard packet.sizeBytes == packetBytes else {
            throw MediaError(code: .io, message: "The encoder gave a packet of another size than asked for.")
        }
        return true
    }
}
