internal import CLibAV

extension Frame {
    /// Forgets samples at the beginning; they stay in memory until the frame is cleared.
    borrowing func dropFirst(_ count: Int) {
        guard count > 0 else { return }
        let isPlanar = av_sample_fmt_is_planar(encoding.raw) != 0
        let stepBytes = Int(av_get_bytes_per_sample(encoding.raw)) * count * (isPlanar ? 1 : channels)
        guard let planes = raw.pointee.extended_data else { return }
        for plane in 0..<(isPlanar ? channels : 1) { planes[plane] = planes[plane].map { $0 + stepBytes } }
        raw.pointee.nb_samples -= Int32(count)
    }

    /// Becomes a stretch of silence.
    borrowing func fill(silence count: Int, format: AudioFormat) throws(MediaError) {
        try reserve(count, format: format)
        av_samples_set_silence(
            raw.pointee.extended_data, 0, Int32(count), Int32(channels), format.encoding.raw)
    }

    /// Becomes a stretch of samples, one array a channel, all of one length.
    borrowing func fill(_ channels: [ArraySlice<Float>], format: AudioFormat) throws(MediaError) {
        try reserve(channels.first?.count ?? 0, format: format)
        for (channel, samples) in channels.enumerated() {
            guard let plane = raw.pointee.extended_data[channel] else { throw MediaError.outOfMemory }
            samples.withUnsafeBytes { samples in
                UnsafeMutableRawBufferPointer(start: plane, count: samples.count).copyMemory(from: samples)
            }
        }
    }

    /// Becomes an unwritten stretch of samples.
    borrowing func reserve(_ count: Int, format: AudioFormat) throws(MediaError) {
        clear()
        raw.pointee.nb_samples = Int32(count)
        raw.pointee.format = format.encoding.rawValue
        raw.pointee.sample_rate = Int32(format.sampleRate)
        var layout = format.layout.raw
        guard av_channel_layout_copy(&raw.pointee.ch_layout, &layout) >= 0, av_frame_get_buffer(raw, 0) >= 0 else {
            throw MediaError.outOfMemory
        }
    }

    /// Becomes another frame of one channel, that channel copied into two; both of `encoding` int16 or int32.
    borrowing func fill(copying mono: borrowing Frame, twiceAs format: AudioFormat) throws(MediaError) {
        try reserve(mono.sampleCount, format: format)
        if format.encoding == .int16 {
            copy(mono, of: Int16.self)
        } else {
            copy(mono, of: Int32.self)
        }
    }

    private borrowing func copy<Value>(_ mono: borrowing Frame, of type: Value.Type) {
        guard let from = UnsafeRawPointer(mono.raw.pointee.extended_data[0])?.assumingMemoryBound(to: Value.self),
            let to = UnsafeMutableRawPointer(raw.pointee.extended_data[0])?.assumingMemoryBound(to: Value.self)
        else { return }
        for sample in 0..<mono.sampleCount {
            to[2 * sample] = from[sample]
            to[2 * sample + 1] = from[sample]
        }
    }
}
