/// Running extremes of the samples of one pixel: of each channel, and of their sum, from which the mono mix follows.
///
/// The mix is `sum / channels` truncated toward zero. Truncation never changes the order of two numbers, so the extremes of
/// the mix are those of the sum, divided once a pixel instead of once a sample.
struct WaveformBucket: Sendable {
    private let channels: Int
    private(set) var sampleCount = 0
    private var sum: ClosedExtremes<Int32> = .none
    private var perChannel: [ClosedExtremes<Int16>]

    /// An empty bucket.
    init(channels: Int) {
        self.channels = channels
        perChannel = Array(repeating: .none, count: channels)
    }

    /// Adds whole frames of interleaved samples.
    mutating func add(_ frames: UnsafeBufferPointer<Int16>) {
        for frame in stride(from: 0, to: frames.count, by: channels) {
            var total: Int32 = 0
            for channel in 0..<channels {
                let sample = frames[frame + channel]
                total &+= Int32(sample)
                perChannel[channel].include(sample)
            }
            sum.include(total)
        }
        sampleCount += frames.count / channels
    }

    /// Appends the lanes of this pixel and starts the next one; at least one sample must have been added.
    mutating func flush(into values: inout [Int16]) {
        values.append(Int16(truncatingIfNeeded: sum.least / Int32(channels)))
        values.append(Int16(truncatingIfNeeded: sum.greatest / Int32(channels)))
        if channels > 1 {
            for extremes in perChannel {
                values.append(extremes.least)
                values.append(extremes.greatest)
            }
        }
        self = WaveformBucket(channels: channels)
    }
}

/// The least and the greatest of the numbers seen.
struct ClosedExtremes<Number: FixedWidthInteger & Sendable>: Sendable {
    var least: Number
    var greatest: Number

    /// Of no number yet.
    static var none: ClosedExtremes { ClosedExtremes(least: .max, greatest: .min) }

    /// Takes one number in.
    mutating func include(_ number: Number) {
        least = min(least, number)
        greatest = max(greatest, number)
    }
}
