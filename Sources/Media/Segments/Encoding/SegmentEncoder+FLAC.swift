extension SegmentEncoder {
    /// Frames of a FLAC, and their samples as its MD5 counts them.
    struct FLACStretch {
        var bytes: [UInt8] = []
        var samples: [UInt8] = []
    }

    /// A stretch of a FLAC in one piece.
    /// - Throws: as ``encode(_:_:packets:channels:piecePackets:take:)``.
    static func flac(
        _ source: RenditionSource, frames: Range<Int64>, channels: Int
    ) throws(MediaError) -> FLACStretch {
        for fromBeginning in [false, true] {
            let attempt = Attempt(source: source, packets: frames, isFromBeginning: fromBeginning)
            var (stretch, next) = (FLACStretch(), frames.lowerBound)
            let isWhole = try flac(
                attempt, channels: channels, piecePackets: .max, next: &next,
                hear: { frame in FLACDigest.append(frame, to: &stretch.samples) },
                take: { bytes throws(MediaError) in stretch.bytes = bytes })
            if isWhole { return stretch }
        }
        throw contradiction
    }

    /// Frames of one stretch, each under its number in the whole. The last frame of the whole may be short.
    ///
    /// Every frame is coded by itself, so there is no pre-roll, and no end to flush.
    /// - Parameters:
    ///   - next: the first frame to hand over; then the one after the last that was.
    ///   - hear: is given the samples of each frame.
    /// - Returns: false when the source contradicts its index.
    static func flac(
        _ attempt: Attempt, channels: Int, piecePackets: Int64, next: inout Int64,
        hear: (borrowing Frame) -> Void = { _ in }, take: ([UInt8]) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        let end = attempt.packets.upperBound
        var samples = try FLACSamples(
            attempt.source, channels: channels, from: next, fromBeginning: attempt.isFromBeginning)
        let encoder = try Encoder(settings(samples))
        let packet = try Packet()
        var piece: [UInt8] = []
        for number in next..<end {
            guard try samples.next() else { return false }
            hear(samples.frame)
            try encoder.send(samples.frame)
            guard try encoder.receive(into: packet) == .ready,
                FLACFrame.append(packet.bytes, numbered: number, to: &piece)
            else {
                throw MediaError(code: .io, message: "The encoder gave no FLAC frame: try another format.")
            }
            let isLast = number + 1 == end
            guard isLast || (number + 1 - attempt.packets.lowerBound).isMultiple(of: piecePackets) else { continue }
            try take(piece)
            piece.removeAll(keepingCapacity: true)
            next = number + 1
        }
        return true
    }

    private static func settings(_ samples: borrowing FLACSamples) -> EncoderSettings {
        var settings = EncoderSettings(codec: "flac", format: samples.format)
        settings.frameSamples = RenditionCodec.flac.samplesPerPacket
        if samples.bitsPerSample > 16 { settings.bitsPerSample = samples.bitsPerSample }
        return settings
    }
}
