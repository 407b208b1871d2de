extension SegmentEncoder {
    /// Samples of one stretch: 16 bits, little endian, interleaved, at the source's rate. The last packet may be short.
    /// - Returns: nil when the source contradicts its index.
    static func wave(
        _ source: RenditionSource, packets: Range<Int64>, channels: Int, fromBeginning: Bool
    ) throws(MediaError) -> [UInt8]? {
        let packetSamples = Int64(RenditionCodec.wav.samplesPerPacket)
        let first = packets.lowerBound * packetSamples
        let count = Int(min(packets.upperBound * packetSamples, source.sampleCount) - first)
        // The resampler's integers would not copy one channel into two without rounding.
        let copies = source.channels == 1 ? channels : 1
        let layout = ChannelLayout(channels: channels / copies)
        let format = AudioFormat(sampleRate: source.sampleRate, layout: layout, encoding: .int16)
        var samples = try ResampledSource(source, as: format, from: first, fromBeginning: fromBeginning)
        try samples.fill(count)
        guard samples.queue.count >= count else { return nil }
        let frame = try Frame()
        try samples.queue.take(count, into: frame)
        guard let values = frame.interleavedInt16 else { return nil }
        return bytes(of: values, copies: copies)
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
