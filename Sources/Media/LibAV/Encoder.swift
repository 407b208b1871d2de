internal import CLibAV

/// What an encoder is asked for.
struct EncoderSettings {
    /// As libavcodec names it: `libmp3lame`, `libopus`, `aac`, `flac`, `pcm_s16le`, …
    var codec: String
    /// Rate, layout and encoding of the samples it takes.
    var format: AudioFormat
    /// Bits per second; nil for lossless ones.
    var bitrate: Int?
    /// One quantiser for everything: the higher, the finer; nil where the bitrate decides.
    var quality: Int?
    /// Bits that count of each 32-bit sample; nil for all.
    var bitsPerSample: Int?
    /// Samples per channel of every frame, for encoders that leave the choice; nil for their own.
    var frameSamples: Int?
    /// Headers go into the container instead of the packets.
    var hasGlobalHeader = false
    /// The encoder's own options by name.
    var options: KeyValuePairs<String, String> = [:]
}

/// An open encoder.
struct Encoder: ~Copyable {
    let raw: UnsafeMutablePointer<AVCodecContext>

    init(_ settings: EncoderSettings) throws(MediaError) {
        raw = try Self.open(settings)
    }

    deinit {
        var raw: UnsafeMutablePointer<AVCodecContext>? = raw
        avcodec_free_context(&raw)
    }

    /// Samples per channel it takes at a time; nil for any number.
    var frameSamples: Int? { raw.pointee.frame_size > 0 ? Int(raw.pointee.frame_size) : nil }

    /// Samples per channel that a decoder gives before the first one that was sent.
    var leadingSamples: Int { Int(raw.pointee.initial_padding) }

    /// Gives a frame; every packet must have been taken before.
    borrowing func send(_ frame: borrowing Frame) throws(MediaError) {
        try check(avcodec_send_frame(raw, frame.raw))
    }

    /// Says that no frame follows.
    borrowing func sendEnd() throws(MediaError) { try check(avcodec_send_frame(raw, nil)) }

    /// Takes the next packet.
    borrowing func receive(into packet: borrowing Packet) throws(MediaError) -> Step {
        let step = try Step(status: avcodec_receive_packet(raw, packet.raw))
        guard step != .damaged else { throw Self.failed }
        return step
    }

    private borrowing func check(_ status: Int32) throws(MediaError) {
        guard status >= 0 else { throw status == talas_averror(ENOMEM) ? MediaError.outOfMemory : Self.failed }
    }

    private static let failed = MediaError(code: .io, message: "The encoder failed.")

    private static func open(_ settings: EncoderSettings) throws(MediaError) -> UnsafeMutablePointer<AVCodecContext> {
        guard let codec = avcodec_find_encoder_by_name(settings.codec) else {
            throw MediaError(code: .unsupportedCodec, message: "This FFmpeg has no encoder \(settings.codec).")
        }
        var allocated = avcodec_alloc_context3(codec)
        guard let context = allocated else { throw MediaError.outOfMemory }
        context.pointee.sample_rate = Int32(settings.format.sampleRate)
        context.pointee.sample_fmt = settings.format.encoding.raw
        context.pointee.time_base = AVRational(num: 1, den: Int32(settings.format.sampleRate))
        context.pointee.thread_count = 1
        if let bitrate = settings.bitrate { context.pointee.bit_rate = Int64(bitrate) }
        if let quality = settings.quality {
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = Int32(quality)
        }
        if let bits = settings.bitsPerSample { context.pointee.bits_per_raw_sample = Int32(bits) }
        if let samples = settings.frameSamples { context.pointee.frame_size = Int32(samples) }
        if settings.hasGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        var layout = settings.format.layout.raw
        var options = Options(settings.options)
        guard av_channel_layout_copy(&context.pointee.ch_layout, &layout) >= 0,
            avcodec_open2(context, codec, &options.raw) >= 0
        else {
            avcodec_free_context(&allocated)
            throw MediaError(
                code: .invalidOption,
                message: "\(settings.codec) cannot encode \(settings.format.layout.name) at these settings.")
        }
        return context
    }
}
