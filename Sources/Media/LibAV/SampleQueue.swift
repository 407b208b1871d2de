internal import CLibAV

/// Samples between a decoder's frame size and an encoder's (`AVAudioFifo`).
struct SampleQueue: ~Copyable {
    private let raw: OpaquePointer
    private let format: AudioFormat

    init(format: AudioFormat) throws(MediaError) {
        guard let raw = av_audio_fifo_alloc(format.encoding.raw, Int32(format.layout.channels), 8192) else {
            throw MediaError.outOfMemory
        }
        self.raw = raw
        self.format = format
    }

    deinit { av_audio_fifo_free(raw) }

    /// Samples per channel in it.
    var count: Int { Int(av_audio_fifo_size(raw)) }

    borrowing func append(_ samples: Samples) throws(MediaError) {
        let written = samples.planes.withMemoryRebound(to: UnsafeMutableRawPointer?.self, capacity: 1) {
            av_audio_fifo_write(raw, $0, Int32(samples.count))
        }
        guard written == Int32(samples.count) else { throw MediaError.outOfMemory }
    }

    /// Forgets samples at the front.
    /// - Returns: their number.
    borrowing func drop(_ count: Int) -> Int {
        av_audio_fifo_drain(raw, Int32(count)) >= 0 ? count : 0
    }

    /// Moves samples into a new frame.
    borrowing func take(_ count: Int, into frame: borrowing Frame) throws(MediaError) {
        try peek(count, into: frame)
        _ = drop(count)
    }

    /// Copies samples into a new frame.
    borrowing func peek(_ count: Int, into frame: borrowing Frame) throws(MediaError) {
        try frame.reserve(count, format: format)
        let read = frame.raw.pointee.extended_data.withMemoryRebound(
            to: UnsafeMutableRawPointer?.self, capacity: 1
        ) { av_audio_fifo_peek(raw, $0, Int32(count)) }
        guard read == Int32(count) else { throw MediaError.outOfMemory }
    }
}
