/// Brings frames to one format, whatever they have and however often that changes, and to another loudness.
struct FrameConverter: ~Copyable {
    let output: AudioFormat
    private let mixesWithoutClipping: Bool
    private let amplification: Double
    private var resampler: Resampler?

    /// - Parameters:
    ///   - mixesWithoutClipping: scales a mix of several channels so that it cannot exceed full scale.
    ///   - amplification: what every sample is multiplied with.
    init(output: AudioFormat, mixesWithoutClipping: Bool = false, amplification: Double = 1) {
        self.output = output
        self.mixesWithoutClipping = mixesWithoutClipping
        self.amplification = amplification
    }

    /// Gives the frame's samples, and before them what a filter of another format still held.
    mutating func convert(_ frame: borrowing Frame, _ body: (Samples) throws(MediaError) -> Void) throws(MediaError) {
        if let accepted = resampler?.accepts(frame), !accepted { try finish(body) }
        if resampler == nil {
            resampler = try Resampler(from: frame, to: output, mixesWithoutClipping: mixesWithoutClipping)
        }
        if let samples = try resampler?.convert(frame) { try give(samples, body) }
    }

    /// Gives what the filter still holds.
    mutating func finish(_ body: (Samples) throws(MediaError) -> Void) throws(MediaError) {
        if let samples = try resampler?.flush() { try give(samples, body) }
        resampler = nil
    }

    private func give(_ samples: Samples, _ body: (Samples) throws(MediaError) -> Void) throws(MediaError) {
        guard samples.count > 0 else { return }
        if amplification != 1 { samples.amplify(by: amplification) }
        try body(samples)
    }
}
