/// A stretch of a source's samples at 48 kHz in memory, to be encoded more than once; silence after the source's end.
struct SegmentSamples {
    /// Far above full scale, and far below what an encoder takes for a broken number.
    private static let loudest: Float = 8
    /// Samples per channel that are decoded at a time.
    private static let blockSamples = 8_192

    let format: AudioFormat
    /// One array of values a channel.
    private(set) var channels: [[Float]]

    /// Blocks the calling thread.
    /// - Throws: `.unreadable` when the file no longer decodes as it did at ingest; codes of `Ingest.file`.
    init(_ source: RenditionSource, channels: Int, from sample: Int64, count: Int) throws(MediaError) {
        format = AudioFormat(
            sampleRate: RenditionSource.resampledRate, layout: ChannelLayout(channels: channels),
            encoding: .floatPlanar)
        self.channels = Array(repeating: [], count: channels)
        let present = Int(min(Int64(count), max(0, source.resampledCount - sample)))
        for fromBeginning in [false, true] {
            for channel in 0..<channels {
                self.channels[channel].removeAll(keepingCapacity: true)
                self.channels[channel].reserveCapacity(count)
            }
            if try read(source, from: sample, count: present, fromBeginning: fromBeginning) {
                for channel in 0..<channels { self.channels[channel] += Array(repeating: 0, count: count - present) }
                return
            }
        }
        throw MediaError(
            code: .unreadable, message: "The file does not decode as it did when it was taken in: upload it again.")
    }

    /// A frame of all channels by its number; nil beyond the stretch.
    func frame(_ number: Int, of count: Int) -> [ArraySlice<Float>]? {
        let end = (number + 1) * count
        guard end <= channels[0].count else { return nil }
        return channels.map { $0[end - count..<end] }
    }

    /// Becomes as much silence.
    mutating func silence() { channels = channels.map { Array(repeating: 0, count: $0.count) } }

    /// - Returns: false when the source contradicts its index.
    private mutating func read(
        _ source: RenditionSource, from sample: Int64, count: Int, fromBeginning: Bool
    ) throws(MediaError) -> Bool {
        guard count > 0 else { return true }
        var samples = try ResampledSource(source, as: format, from: sample, fromBeginning: fromBeginning)
        let frame = try Frame()
        while channels[0].count < count {
            let wanted = min(Self.blockSamples, count - channels[0].count)
            try samples.fill(wanted)
            guard samples.queue.count >= wanted else { return false }
            try samples.queue.take(wanted, into: frame)
            for channel in channels.indices {
                guard let values = frame.floats(channel: channel) else { return false }
                channels[channel] += values.lazy.map(Self.bounded)
            }
        }
        return true
    }

    /// Files of floats may hold anything, and encoders refuse what is no number.
    private static func bounded(_ value: Float) -> Float {
        value.isFinite ? min(max(value, -loudest), loudest) : 0
    }
}
