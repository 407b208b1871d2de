internal import CLibAV

/// An open decoder of one audio stream.
struct Decoder: ~Copyable {
    private let raw: UnsafeMutablePointer<AVCodecContext>

    /// - Parameter threads: 1 for the canonical decode; 0 lets codecs that can use every core.
    init(stream: borrowing InputFile, threads: Int) throws(MediaError) {
        raw = try Self.open(stream, threads: threads)
    }

    deinit {
        var raw: UnsafeMutablePointer<AVCodecContext>? = raw
        avcodec_free_context(&raw)
    }

    private static func open(_ stream: borrowing InputFile, threads: Int) throws(MediaError)
        -> UnsafeMutablePointer<AVCodecContext>
    {
        let parameters = stream.parameters
        guard let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
            throw MediaError(code: .unsupportedCodec, message: "There is no decoder for this format.")
        }
        var allocated = avcodec_alloc_context3(codec)
        guard let context = allocated else { throw MediaError.outOfMemory }
        context.pointee.pkt_timebase = stream.timeBase
        context.pointee.thread_count = Int32(threads)
        guard avcodec_parameters_to_context(context, parameters) >= 0, avcodec_open2(context, codec, nil) >= 0 else {
            avcodec_free_context(&allocated)
            throw MediaError(code: .unreadable, message: "The audio's header is damaged: no decoder can be set up.")
        }
        return context
    }

    /// Gives one packet; every frame must have been taken before.
    borrowing func send(_ packet: borrowing Packet) throws(MediaError) -> Step {
        try Step(status: avcodec_send_packet(raw, packet.raw))
    }

    /// Says that no packet follows.
    borrowing func sendEnd() throws(MediaError) {
        _ = try Step(status: avcodec_send_packet(raw, nil))
    }

    /// Takes the next frame.
    borrowing func receive(into frame: borrowing Frame) throws(MediaError) -> Step {
        try Step(status: avcodec_receive_frame(raw, frame.raw))
    }
}
