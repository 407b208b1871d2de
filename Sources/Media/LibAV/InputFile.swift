internal import CLibAV

/// A container opened for reading, with its audio stream chosen.
///
/// What it is was told by content; only demuxers and decoders of the accepted formats ever run, and nothing outside
/// the file's own bytes can be opened from inside it.
struct InputFile: ~Copyable {
    /// The bytes beneath.
    let source: ByteSource
    /// Demuxer's name, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    let demuxer: String
    let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>

    /// - Throws: `.unreadable`, `.unsupportedCodec`, `.noAudio`, `.hasVideo`, `.truncatedHeader`, `.io`.
    init(path: String) throws(MediaError) {
        let source = try ByteSource(path: path)
        let format = try Self.recognise(source)
        let context = try Self.open(source, as: format)
        do {
            stream = try Self.audioStream(of: context)
        } catch {
            withExtendedLifetime(source) { Self.close(context) }
            throw error
        }
        self.source = source
        self.context = context
        demuxer = String(cString: format.pointee.name)
    }

    deinit { Self.close(context) }

    /// Reads the next packet of the audio stream.
    /// - Returns: `.ready`; `.finished` at the end; `.damaged` when reading broke off before it.
    borrowing func read(into packet: borrowing Packet) throws(MediaError) -> Step {
        while true {
            packet.clear()
            let step = try Step(status: av_read_frame(context, packet.raw))
            guard step == .ready else { return step }
            if packet.raw.pointee.stream_index == stream.pointee.index { return .ready }
        }
    }

    var parameters: UnsafeMutablePointer<AVCodecParameters> { stream.pointee.codecpar }
    var timeBase: AVRational { stream.pointee.time_base }
    /// Number of the audio stream in the container.
    var streamNumber: Int32 { stream.pointee.index }
    /// Time of the first packet in `timeBase`; negative when unknown.
    var startTime: Int64 { stream.pointee.start_time }
}

// MARK: - What the container says

extension InputFile {
    /// Codec as libavcodec names it.
    var codec: String { String(cString: avcodec_get_name(parameters.pointee.codec_id)) }
    var sampleRate: Int { Int(parameters.pointee.sample_rate) }
    var layout: ChannelLayout { ChannelLayout(copying: &parameters.pointee.ch_layout) }
    var bitsPerSample: Int? {
        let bits = max(parameters.pointee.bits_per_raw_sample, parameters.pointee.bits_per_coded_sample)
        return bits > 0 ? Int(bits) : nil
    }
    /// Bits per second of the stream, else of the whole file.
    var bitrate: Int? {
        let bits = parameters.pointee.bit_rate > 0 ? parameters.pointee.bit_rate : context.pointee.bit_rate
        return bits > 0 ? Int(bits) : nil
    }
    /// Length in seconds as the container claims or its bitrate suggests.
    var estimatedSeconds: Double? {
        if stream.pointee.duration > 0 {
            return Double(stream.pointee.duration) * av_q2d(stream.pointee.time_base)
        }
        return context.pointee.duration > 0 ? Double(context.pointee.duration) / Double(AV_TIME_BASE) : nil
    }
    /// Length in seconds that the container itself states; nil when FFmpeg guessed it from the bitrate.
    var statedSeconds: Double? {
        context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE ? nil : estimatedSeconds
    }
    /// Tags of the file and of its audio stream, as written.
    var tags: [(key: String, value: String)] {
        Options.pairs(of: stream.pointee.metadata) + Options.pairs(of: context.pointee.metadata)
    }
    /// Whether packets here cannot be read again by position and size alone.
    var needsChecksums: Bool { ["ogg", "ape", "matroska,webm"].contains(demuxer) }
    /// Whether a packet's duration is the number of samples that it decodes to.
    var hasExactDurations: Bool {
        let name = codec
        return (name == "flac" || name.hasPrefix("pcm_")) && timeBase.num == 1 && Int(timeBase.den) == sampleRate
    }
    var hasCover: Bool {
        Self.streams(of: context).contains { $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 }
    }
    /// Whether a Matroska file declares itself WebM.
    var isWebM: Bool {
        let headBytes = source.bytes(at: 0, count: 64)
        return headBytes.indices.dropLast(4).contains { headBytes[$0..<$0 + 4].elementsEqual("webm".utf8) }
    }
}

// MARK: - Opening

extension InputFile {
    private static func recognise(_ source: ByteSource) throws(MediaError) -> UnsafePointer<AVInputFormat> {
        var format: UnsafePointer<AVInputFormat>?
        let score = av_probe_input_buffer2(source.raw, &format, "", nil, 0, 0)
        guard score >= AcceptedFormats.minimumProbeScore, let format else {
            throw MediaError(code: .unreadable, message: "This is not an audio file.")
        }
        let name = String(cString: format.pointee.name)
        guard AcceptedFormats.demuxers.contains(name) else {
            throw MediaError(code: .unsupportedCodec, message: "\(name) files are not accepted: upload audio.")
        }
        return format
    }

    private static func open(_ source: ByteSource, as format: UnsafePointer<AVInputFormat>) throws(MediaError)
        -> UnsafeMutablePointer<AVFormatContext>
    {
        var context = avformat_alloc_context()
        guard let opened = context else { throw MediaError.outOfMemory }
        opened.pointee.pb = source.raw
        opened.pointee.io_open = { _, _, _, _, _ in talas_averror(EACCES) }
        var options = Options([
            "protocol_whitelist": "none", "format_whitelist": AcceptedFormats.demuxers.joined(separator: ","),
            "codec_whitelist": AcceptedFormats.decoders.joined(separator: ","),
            "probesize": "5000000", "analyzeduration": "5000000", "max_streams": "64",
        ])
        guard avformat_open_input(&context, nil, format, &options.raw) >= 0 else {
            throw headerError(source, format)
        }
        guard avformat_find_stream_info(context, nil) >= 0 else {
            avformat_close_input(&context)
            throw headerError(source, format)
        }
        return opened
    }

    /// MP4 files that were cut off lose their index, which most have at the end and FFmpeg seeks to.
    private static func headerError(_ source: ByteSource, _ format: UnsafePointer<AVInputFormat>) -> MediaError {
        source.reachedEnd || String(cString: format.pointee.name).hasPrefix("mov")
            ? MediaError(code: .truncatedHeader, message: "The file ends inside its header: it was not copied wholly.")
            : MediaError(code: .unreadable, message: "The file's header is damaged.")
    }

    private static func streams(of context: UnsafeMutablePointer<AVFormatContext>) -> [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    }

    private static func audioStream(of context: UnsafeMutablePointer<AVFormatContext>) throws(MediaError)
        -> UnsafeMutablePointer<AVStream>
    {
        for stream in streams(of: context) where stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO {
            let pictures = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS
            guard stream.pointee.disposition & pictures != 0 else {
                throw MediaError(code: .hasVideo, message: "This is a video: upload its sound alone.")
            }
        }
        let index = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, nil, 0)
        guard index >= 0, let stream = context.pointee.streams[Int(index)] else {
            throw MediaError(code: .noAudio, message: "There is no audio in this file.")
        }
        let parameters = stream.pointee.codecpar.pointee
        guard AcceptedFormats.accepts(parameters.codec_id) else {
            let name = String(cString: avcodec_get_name(parameters.codec_id))
            throw MediaError(code: .unsupportedCodec, message: "Audio in \(name) is not accepted.")
        }
        guard parameters.sample_rate > 0, parameters.ch_layout.nb_channels > 0 else {
            throw MediaError(code: .truncatedHeader, message: "The file ends before its audio begins.")
        }
        for other in streams(of: context) where other != stream { other.pointee.discard = AVDISCARD_ALL }
        return stream
    }

    private static func close(_ context: UnsafeMutablePointer<AVFormatContext>) {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }
}
