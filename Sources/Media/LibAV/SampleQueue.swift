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

    /// Moves samples into a new frame.
    borrowing func take(_ count: Int, into frame: borrowing Frame) throws(MediaError) {
        frame.clear()
        frame.raw.pointee.nb_samples = Int32(count)
        frame.raw.pointee.format = format.encoding.rawValue
        frame.raw.pointee.sample_rate = Int32(format.sampleRate)
        var layout = format.layout.raw
        guard av_channel_layout_copy(&frame.raw.pointee.ch_layout, &layout) >= 0,
            av_frame_get_buffer(frame.raw, 0) >= 0
        else { throw MediaError.outOfMemory }
        let read = frame.raw.pointee.extended_data.withMemoryRebound(
            to: UnsafeMutableRawPointer?.self, capacity: 1
        ) { av_audio_fifo_read(raw, $0, Int32(count)) }
        guard read == Int32(count) else { throw MediaError.outOfMemory }
    }
}
