extension SegmentEncoder {
    /// Samples of one stretch: 16 bits, little endian, interleaved, at the source's rate. The last packet may be short.
    /// - Parameter next: the first packet to hand over; then the one after the last that was.
    /// - Returns: false when the source contradicts its index.
    static func wave(
        _ attempt: Attempt, channels: Int, piecePackets: Int64, next: inout Int64,
        take: ([UInt8]) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        let (source, end) = (attempt.source, attempt.packets.upperBound)
        let packetSamples = Int64(RenditionCodec.wav.samplesPerPacket)
        // The resampler's integers would not copy one channel into two without rounding.
        let copies = source.channels == 1 ? channels : 1
        let layout = ChannelLayout(channels: channels / copies)
        let format = AudioFormat(sampleRate: source.sampleRate, layout: layout, encoding: .int16)
        var samples = try ResampledSource(
            source, as: format, from: next * packetSamples, fromBeginning: attempt.isFromBeginning)
        let frame = try Frame()
        while next < end {
            let pieceEnd = piecePackets < end - next ? next + piecePackets : end
            let count = Int(min(pieceEnd * packetSamples, source.sampleCount) - next * packetSamples)
            try samples.fill(count)
            guard samples.queue.count >= count else { return false }
            try samples.queue.take(count, into: frame)
            guard let values = frame.interleavedInt16 else { return false }
            try take(bytes(of: values, copies: copies))
            next = pieceEnd
        }
        return true
    }

    private static func bytes(of values: UnsafeBufferPointer<Int16>, copies: Int) -> [UInt8] {
        let count = values.count * copies * 2
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            for number in 0..<values.count * copies {
                let value = values[number / copies]
                bytes[2 * number] = UInt8(truncatingIfNeeded: value)
                bytes[2 * number + 1] = UInt8(truncatingIfNeeded: value >> 8)
            }
            filled = count
        }
    }
}
