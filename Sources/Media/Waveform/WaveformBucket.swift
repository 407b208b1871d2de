/// Running extremes of the samples of one pixel: of each channel, and of their sum, from which the mono mix follows.
///
/// The mix is `sum / channels` truncated toward zero. Truncation never changes the order of two numbers, so the extremes of
/// the mix are those of the sum, divided once a pixel instead of once a sample.
struct WaveformBucket: Sendable {
    private let channels: Int
    private(set) var sampleCount = 0
    private var sum = SampleExtremes<Int32>()
    private var perChannel: [SampleExtremes<Int16>]

    /// An empty bucket.
    init(channels: Int) {
        self.channels = channels
        perChannel = Array(repeating: SampleExtremes(), count: channels)
    }

    /// Adds whole frames of interleaved samples, at least one.
    mutating func add(_ frames: UnsafeBufferPointer<Int16>) {
        sampleCount += frames.count / channels
        switch channels {
        case 1:
            let extremes = Self.scan(frames, every: 1, from: 0)
            sum.include(Int32(extremes.least))
            sum.include(Int32(extremes.greatest))
        case 2:
            let stereo = StereoExtremes(frames)
            sum.include(stereo.sum)
            perChannel[0].include(stereo.left)
            perChannel[1].include(stereo.right)
        default:
            addToSum(frames)
            for channel in 0..<channels {
                perChannel[channel].include(Self.scan(frames, every: channels, from: channel))
            }
        }
    }

    private static func scan(
        _ samples: UnsafeBufferPointer<Int16>, every step: Int, from start: Int
    ) -> SampleExtremes<Int16> {
        var extremes = SampleExtremes<Int16>()
        if step == 1 {
            // The compiler makes vectors of this loop, not of the other.
            for sample in samples { extremes.include(sample) }
        } else {
            for index in stride(from: start, to: samples.count, by: step) { extremes.include(samples[index]) }
        }
        return extremes
    }

    private mutating func addToSum(_ frames: UnsafeBufferPointer<Int16>) {
        var extremes = SampleExtremes<Int32>()
        for start in stride(from: 0, to: frames.count, by: channels) {
            var total: Int32 = 0
            for index in start..<start + channels { total &+= Int32(frames[index]) }
            extremes.include(total)
        }
        sum.include(extremes)
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
        sampleCount = 0
        sum = SampleExtremes()
        for channel in perChannel.indices { perChannel[channel] = SampleExtremes() }
    }
}
