/// Brings frames to one format, whatever they have and however often that changes.
struct FrameConverter: ~Copyable {
    let output: AudioFormat
    private let mixesWithoutClipping: Bool
    private var resampler: Resampler?

    /// - Parameter mixesWithoutClipping: scales a mix of several channels so that it cannot exceed full scale.
    init(output: AudioFormat, mixesWithoutClipping: Bool = false) {
        self.output = output
        self.mixesWithoutClipping = mixesWithoutClipping
    }

    /// Gives the frame's samples, and before them what a filter of another format still held.
    mutating func convert(_ frame: borrowing Frame, _ body: (Samples) throws(MediaError) -> Void) throws(MediaError) {
        if let accepted = resampler?.accepts(frame), !accepted { try finish(body) }
        if resampler == nil {
            resampler = try Resampler(from: frame, to: output, mixesWithoutClipping: mixesWithoutClipping)
        }
        if let samples = try resampler?.convert(frame), samples.count > 0 { try body(samples) }
    }

    /// Gives what the filter still holds.
    mutating func finish(_ body: (Samples) throws(MediaError) -> Void) throws(MediaError) {
        if let samples = try resampler?.flush(), samples.count > 0 { try body(samples) }
        resampler = nil
    }
}
