internal import CLibAV

/// A container being written.
struct OutputFile: ~Copyable {
    private let sink: ByteSink
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>

    /// Opens a new file with one stream and writes its header.
    init(path: String, muxer: String, encoder: borrowing Encoder, tags: [String: String], options: consuming Options)
        throws(MediaError)
    {
        let sink = try ByteSink(path: path)
        var allocated: UnsafeMutablePointer<AVFormatContext>?
        avformat_alloc_output_context2(&allocated, nil, muxer, nil)
        guard let context = allocated else { throw MediaError.outOfMemory }
        guard let stream = avformat_new_stream(context, nil),
            avcodec_parameters_from_context(stream.pointee.codecpar, encoder.raw) >= 0
        else {
            avformat_free_context(context)
            throw MediaError.outOfMemory
        }
        context.pointee.pb = sink.raw
        context.pointee.url = av_strdup("file:" + sink.temporaryPath)
        context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        stream.pointee.time_base = encoder.raw.pointee.time_base
        for (key, value) in tags { av_dict_set(&context.pointee.metadata, key, value, 0) }
        let status = avformat_write_header(context, &options.raw)
        guard status >= 0 else {
            avformat_free_context(context)
            throw MediaError(writing: status, to: path)
        }
        self.sink = sink
        self.context = context
        self.stream = stream
    }

    deinit { avformat_free_context(context) }

    /// Whether a muxer wants headers apart from packets.
    static func wantsGlobalHeader(muxer: String) -> Bool {
        guard let format = av_guess_format(muxer, nil, nil) else { return false }
        return format.pointee.flags & AVFMT_GLOBALHEADER != 0
    }

    /// Writes a packet whose times are in the encoder's time base.
    borrowing func write(_ packet: borrowing Packet, from encoder: borrowing Encoder) throws(MediaError) {
        packet.raw.pointee.stream_index = 0
        av_packet_rescale_ts(packet.raw, encoder.raw.pointee.time_base, stream.pointee.time_base)
        let status = av_write_frame(context, packet.raw)
        packet.clear()
        guard status >= 0 else { throw MediaError(writing: status, to: sink.path) }
    }

    /// Writes what belongs at the end, makes the file durable and gives it its name.
    borrowing func finish() throws(MediaError) {
        let status = av_write_trailer(context)
        guard status >= 0 else { throw MediaError(writing: status, to: sink.path) }
        try sink.commit()
    }
}
