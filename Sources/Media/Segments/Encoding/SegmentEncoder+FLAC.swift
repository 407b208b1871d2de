extension SegmentEncoder {
    /// Frames of one stretch, each under its number in the whole. The last frame of the whole may be short.
    ///
    /// Every frame is coded by itself, so there is no pre-roll, and no end to flush.
    /// - Parameter next: the first frame to hand over; then the one after the last that was.
    /// - Returns: false when the source contradicts its index.
    static func flac(
        _ attempt: Attempt, channels: Int, piecePackets: Int64, next: inout Int64,
        take: ([UInt8]) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        let end = attempt.packets.upperBound
        var samples = try FLACSamples(
            attempt.source, channels: channels, from: next, fromBeginning: attempt.isFromBeginning)
        let encoder = try Encoder(settings(samples))
        let packet = try Packet()
        var piece: [UInt8] = []
        for number in next..<end {
            guard try samples.next() else { return false }
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
