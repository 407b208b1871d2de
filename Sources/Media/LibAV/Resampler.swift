internal import CLibAV

/// Turns frames of one format into samples of another (libswresample with its defaults, as the `ffmpeg` program has).
struct Resampler: ~Copyable {
    private let raw: OpaquePointer
    private let inputEncoding: SampleEncoding
    private let inputRate: Int
    private let inputLayout: ChannelLayout
    private let output: AudioFormat
    private let buffer: SampleBuffer

    /// Ready for frames like this one.
    init(from frame: borrowing Frame, to output: AudioFormat, mixesWithoutClipping: Bool) throws(MediaError) {
        let layout = frame.layout
        raw = try Self.open(frame, layout: layout, output: output, limit: mixesWithoutClipping ? 1 : 0)
        inputEncoding = frame.encoding
        inputRate = frame.sampleRate
        inputLayout = layout
        self.output = output
        buffer = SampleBuffer()
    }

    private static func open(
        _ frame: borrowing Frame, layout: ChannelLayout, output: AudioFormat, limit: Double
    ) throws(MediaError) -> OpaquePointer {
        var raw: OpaquePointer?
        var from = layout.raw
        var to = output.layout.raw
        let status = swr_alloc_set_opts2(
            &raw, &to, output.encoding.raw, Int32(output.sampleRate), &from, frame.encoding.raw,
            Int32(frame.sampleRate), 0, nil)
        // By default FFmpeg plays one channel 3 dB softer from two.
        let copies: [Double] = [1, 1]
        let isCopy = layout.channels == 1 && output.layout.channels == 2
        guard status >= 0, let allocated = raw, !isCopy || swr_set_matrix(allocated, copies, 1) >= 0,
            limit == 0 || av_opt_set_double(UnsafeMutableRawPointer(allocated), "rematrix_maxval", limit, 0) >= 0,
            swr_init(allocated) >= 0
        else {
            swr_free(&raw)
            throw MediaError(code: .unsupportedCodec, message: "This arrangement of channels cannot be converted.")
        }
        return allocated
    }

    deinit {
        var raw: OpaquePointer? = raw
        swr_free(&raw)
    }

    /// Whether a frame has the format this was made for.
    borrowing func accepts(_ frame: borrowing Frame) -> Bool {
        frame.encoding == inputEncoding && frame.sampleRate == inputRate
            && inputLayout.matches(&frame.raw.pointee.ch_layout)
    }

    /// The frame's samples in the other format; valid until the next call.
    borrowing func convert(_ frame: borrowing Frame) throws(MediaError) -> Samples {
        try run(frame.raw.pointee.extended_data, count: frame.raw.pointee.nb_samples)
    }

    /// What the resampling filter still holds.
    borrowing func flush() throws(MediaError) -> Samples { try run(nil, count: 0) }

    private func run(_ input: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, count: Int32) throws(MediaError)
        -> Samples
    {
        let capacity = swr_get_out_samples(raw, count)
        guard capacity >= 0 else { throw MediaError.outOfMemory }
        try buffer.reserve(samples: Int(capacity), format: output)
        let planes = buffer.planes
        let written: Int32
        if let input {
            written = input.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 1) {
                swr_convert(raw, planes, capacity, $0, count)
            }
        } else {
            written = swr_convert(raw, planes, capacity, nil, 0)
        }
        guard written >= 0 else { throw MediaError.outOfMemory }
        return Samples(planes: planes, count: Int(written), format: output)
    }
}
