/// How a decoded track becomes a file of a format: encoder, muxer, rate, channels.
struct TranscodePlan {
    let format: TranscodeFormat
    let muxer: String
    var encoder: EncoderSettings

    /// - Parameters:
    ///   - source: rate and layout of the first decoded frame, and how its samples are written.
    ///   - bits: bits of a sample in a lossless source; nil for lossy ones, which get 16.
    ///   - channels: nil for the source's own.
    init(_ format: TranscodeFormat, source: AudioFormat, bits: Int?, bitrate: Int?, channels: Int? = nil) {
        self.format = format
        let wanted = channels.map { AudioFormat(source, channels: $0) } ?? source
        let stereo = wanted.layout.channels > 2 ? ChannelLayout(channels: 2) : wanted.layout
        switch format {
        case .mp3:
            muxer = "mp3"
            encoder = EncoderSettings(
                codec: "libmp3lame",
                format: AudioFormat(
                    sampleRate: Self.lossyRate(source.sampleRate), layout: stereo, encoding: .floatPlanar))
        case .opus:
            muxer = "opus"
            encoder = EncoderSettings(
                codec: "libopus", format: AudioFormat(sampleRate: 48_000, layout: stereo, encoding: .float))
        case .aac:
            muxer = "ipod"
            encoder = EncoderSettings(
                codec: "aac",
                format: AudioFormat(
                    sampleRate: Self.lossyRate(source.sampleRate), layout: stereo, encoding: .floatPlanar))
        case .flac:
            muxer = "flac"
            let isDeep = (bits ?? 16) > 16
            encoder = EncoderSettings(codec: "flac", format: wanted.with(isDeep ? .int32 : .int16))
            encoder.bitsPerSample = isDeep ? 24 : nil
        case .wav:
            muxer = "wav"
            let (codec, encoding) = Self.pcm(source.encoding, bits: bits ?? 16)
            encoder = EncoderSettings(codec: codec, format: wanted.with(encoding))
        }
        encoder.bitrate = bitrate
        encoder.hasGlobalHeader = OutputFile.wantsGlobalHeader(muxer: muxer)
    }

    /// Rates that MPEG-1 layer III and AAC have at every bitrate: the nearest relative of the source's.
    static func lossyRate(_ rate: Int) -> Int {
        if [32_000, 44_100, 48_000].contains(rate) { return rate }
        return rate % 11_025 == 0 ? 44_100 : 48_000
    }

    private static func pcm(_ source: SampleEncoding, bits: Int) -> (codec: String, encoding: SampleEncoding) {
        if source.isFloat, bits > 16 { return ("pcm_f32le", .float) }
        switch bits {
        case ...16: return ("pcm_s16le", .int16)
        case ...24: return ("pcm_s24le", .int32)
        default: return ("pcm_s32le", .int32)
        }
    }

    /// Options of the muxer.
    var muxerOptions: Options {
        switch format {
        case .mp3: Options(["id3v2_version": "3"])
        case .aac: Options(["movflags": "+faststart"])
        case .wav: Options(["rf64": "auto"])
        case .opus, .flac: Options()
        }
    }
}
