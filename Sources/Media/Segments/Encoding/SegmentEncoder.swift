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

    /// Packets of one stretch, one after the other, handed over in pieces as they are finished.
    ///
    /// Deterministic: the bytes follow from the file and the arguments. Blocks the calling thread.
    /// - Parameters:
    ///   - packets: numbers of packets of the whole encode, 0 being the first that the encoder emits; none beyond
    ///     `codec.packetCount(samples:)` of the source.
    ///   - channels: 1 or 2, for FLAC also as many as the source has; several are mixed by FFmpeg's matrix, one is
    ///     copied into two.
    ///   - piecePackets: packets of every piece but the last.
    ///   - take: is given the pieces in order; what it throws ends the encode.
    /// - Throws: `.invalidOption` for packets or channels there are none of; `.unreadable` when the file no longer
    ///   decodes as it did at ingest; codes of `Ingest.file`.
    package static func encode(
        _ source: RenditionSource, _ codec: RenditionCodec, packets: Range<Int64>, channels: Int,
        piecePackets: Int64, take: ([UInt8]) throws(MediaError) -> Void
    ) throws(MediaError) {
        let isOwn = codec == .flac && channels == source.channels
        guard packets.lowerBound >= 0, packets.upperBound <= packetCount(source, codec), 1...2 ~= channels || isOwn
        else {
            throw MediaError(code: .invalidOption, message: "This rendition has no such packets.")
        }
        guard !packets.isEmpty else { return }
        // What a second attempt gives again was handed over already.
        var next = packets.lowerBound
        for fromBeginning in [false, true] {
            let attempt = Attempt(source: source, packets: packets, isFromBeginning: fromBeginning)
            let isWhole: Bool
            if let plan = EncodingPlan(codec, channels: channels) {
                isWhole = try encode(attempt, plan, piecePackets: piecePackets, next: &next, take: take)
            } else if codec == .flac {
                isWhole = try flac(attempt, channels: channels, piecePackets: piecePackets, next: &next, take: take)
            } else {
                isWhole = try wave(attempt, channels: channels, piecePackets: piecePackets, next: &next, take: take)
            }
            if isWhole { return }
        }
        throw contradiction
    }

    /// The file decodes to other samples than its index says.
    static let contradiction = MediaError(
        code: .unreadable, message: "The file does not decode as it did when it was taken in: upload it again.")

    /// The same in one piece.
    package static func encode(
        _ source: RenditionSource, _ codec: RenditionCodec, packets: Range<Int64>, channels: Int
    ) throws(MediaError) -> [UInt8] {
        var bytes: [UInt8] = []
        try encode(source, codec, packets: packets, channels: channels, piecePackets: .max) {
            piece throws(MediaError) in bytes += piece
        }
        return bytes
    }

    /// One run over a stretch: by the packet index, or, where the source contradicts that, from its beginning.
    struct Attempt {
        let source: RenditionSource
        let packets: Range<Int64>
        let isFromBeginning: Bool
    }

    /// Packets of the whole rendition, with those that only carry the encoder's delay.
    package static func packetCount(_ source: RenditionSource, _ codec: RenditionCodec) -> Int64 {
        codec.packetCount(samples: codec.keepsSampleRate ? source.sampleCount : source.resampledCount)
    }

    /// - Parameter next: the first packet to hand over; then the one after the last that was.
    /// - Returns: false when the source contradicts its index.
    private static func encode(
        _ attempt: Attempt, _ plan: EncodingPlan, piecePackets: Int64, next: inout Int64,
        take: ([UInt8]) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        for preRoll in plan.preRolls {
            var first = max(0, attempt.packets.lowerBound - Int64(preRoll))
            var run = try SegmentEncoder(attempt.source, plan, from: first, fromBeginning: attempt.isFromBeginning)
            if plan.forgetsByHearing {
                let isAll = first == 0 || preRoll == plan.preRollPackets
                let before = Int(attempt.packets.lowerBound - first)
                guard let forgotten = try run.dropForgotten(of: before, isAll: isAll) else { continue }
                first += Int64(forgotten)
            }
            return try run.encode(attempt.packets, from: first, piecePackets: piecePackets, next: &next, take: take)
        }
        return false
    }

    /// Encodes from packet `first` on, and hands over those of a stretch.
    /// - Returns: false when the source contradicts its index.
    private mutating func encode(
        _ packets: Range<Int64>, from first: Int64, piecePackets: Int64, next: inout Int64,
        take: ([UInt8]) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        var piece: [UInt8] = []
        for number in first..<packets.upperBound {
            guard try self.next() else { return false }
            guard number >= next else { continue }
            piece += packet.bytes
            let isLast = number + 1 == packets.upperBound
            guard isLast || (number + 1 - packets.lowerBound).isMultiple(of: piecePackets) else { continue }
            try take(piece)
            piece.removeAll(keepingCapacity: true)
            next = number + 1
        }
        return true
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

    /// Drops what LAME would have forgotten of the packets before a stretch: none of them was encoded yet.
    /// - Parameter isAll: nothing earlier can count.
    /// - Returns: how many packets; nil, with nothing dropped, when earlier ones have to be heard to tell.
    private mutating func dropForgotten(of packets: Int, isAll: Bool) throws(MediaError) -> Int? {
        try samples.fill(packets * packetSamples)
        // A contradiction is noticed when the first packet is encoded.
        let present = min(packets, samples.queue.count / packetSamples)
        guard present > 0 else { return 0 }
        var memory = HearingMemory()
        try samples.queue.peek(present * packetSamples, into: frame)
        if let left = frame.floats(channel: 0), let right = frame.floats(channel: frame.channels - 1) {
            for start in stride(from: 0, to: present * packetSamples, by: packetSamples) {
                let packet = start..<start + packetSamples
                memory.append(UnsafeBufferPointer(rebasing: left[packet]), UnsafeBufferPointer(rebasing: right[packet]))
            }
        }
        guard isAll || memory.isComplete else { return nil }
        let forgotten = present - memory.neededPackets
        return samples.queue.drop(forgotten * packetSamples) / packetSamples
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
