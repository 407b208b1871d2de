internal import CLibAV

/// One stretch of decoded samples; freed exactly once, by leaving scope.
struct Frame: ~Copyable {
    let raw: UnsafeMutablePointer<AVFrame>

    init() throws(MediaError) {
        guard let raw = av_frame_alloc() else { throw MediaError.outOfMemory }
        self.raw = raw
    }

    deinit {
        var raw: UnsafeMutablePointer<AVFrame>? = raw
        av_frame_free(&raw)
    }

    /// Samples per channel.
    var sampleCount: Int { Int(raw.pointee.nb_samples) }
    var sampleRate: Int { Int(raw.pointee.sample_rate) }
    var channels: Int { Int(raw.pointee.ch_layout.nb_channels) }
    var layout: ChannelLayout { ChannelLayout(copying: &raw.pointee.ch_layout) }
    var encoding: SampleEncoding { SampleEncoding(rawValue: raw.pointee.format) }

    /// Number of its first sample, for an encoder.
    var time: Int64 {
        get { raw.pointee.pts }
        nonmutating set { raw.pointee.pts = newValue }
    }

    /// Interleaved 16-bit samples, when that is how they lie.
    var interleavedInt16: UnsafeBufferPointer<Int16>? {
        guard encoding == .int16 || (encoding == .int16Planar && channels == 1) else { return nil }
        let start = UnsafeRawPointer(raw.pointee.extended_data[0])?.assumingMemoryBound(to: Int16.self)
        return UnsafeBufferPointer(start: start, count: sampleCount * channels)
    }

    /// Interleaved samples of 32 bits, when that is how they lie.
    var interleavedInt32: UnsafeBufferPointer<Int32>? {
        guard encoding == .int32 else { return nil }
        let start = UnsafeRawPointer(raw.pointee.extended_data[0])?.assumingMemoryBound(to: Int32.self)
        return UnsafeBufferPointer(start: start, count: sampleCount * channels)
    }

    /// One channel's values, when they are floats apart from those of the others.
    func floats(channel: Int) -> UnsafeBufferPointer<Float>? {
        guard encoding == .floatPlanar, channel < channels, let plane = raw.pointee.extended_data[channel] else {
            return nil
        }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(plane).assumingMemoryBound(to: Float.self), count: sampleCount)
    }

    borrowing func clear() { av_frame_unref(raw) }
}

/// How a sample is written (`AVSampleFormat`).
struct SampleEncoding: RawRepresentable, Hashable, Sendable {
    let rawValue: Int32

    static let int16 = SampleEncoding(rawValue: AV_SAMPLE_FMT_S16.rawValue)
    static let int16Planar = SampleEncoding(rawValue: AV_SAMPLE_FMT_S16P.rawValue)
    static let int32 = SampleEncoding(rawValue: AV_SAMPLE_FMT_S32.rawValue)
    static let float = SampleEncoding(rawValue: AV_SAMPLE_FMT_FLT.rawValue)
    static let floatPlanar = SampleEncoding(rawValue: AV_SAMPLE_FMT_FLTP.rawValue)

    var raw: AVSampleFormat { AVSampleFormat(rawValue) }

    var isFloat: Bool {
        [AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP].contains(raw)
    }
}
