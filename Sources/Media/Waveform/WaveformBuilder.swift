/// Collects the waveform of a recording while it is decoded.
///
/// Feed every sample once, in order, in pieces of any size; the result does not depend on how they are cut.
package struct WaveformBuilder: Sendable {
    private let sampleRate: Int
    private let channels: Int
    private let samplesPerPixel: Int
    private var bucket: WaveformBucket
    private var values: [Int16] = []
    private var sampleCount = 0

    /// Starts a waveform. It takes `(channels + 1) · 4` bytes a pixel, and bounds neither length nor zoom: the caller does.
    /// - Parameters:
    ///   - channels: interleaved channels, at least 1.
    ///   - sampleRate: samples a second per channel, at least 1.
    ///   - samplesPerPixel: the finest zoom kept, at least 1.
    package init(channels: Int, sampleRate: Int, samplesPerPixel: Int = 256) {
        precondition(
            channels >= 1 && sampleRate >= 1 && samplesPerPixel >= 1, "a waveform has channels, time and pixels")
        self.channels = channels
        self.sampleRate = sampleRate
        self.samplesPerPixel = samplesPerPixel
        bucket = WaveformBucket(channels: channels)
    }

    /// Adds samples of all channels, interleaved; a trailing incomplete frame is ignored.
    package mutating func append(_ interleaved: UnsafeBufferPointer<Int16>) {
        let frameCount = interleaved.count / channels
        var consumed = 0
        while consumed < frameCount {
            let take = min(samplesPerPixel - bucket.sampleCount, frameCount - consumed)
            let frames = UnsafeBufferPointer(rebasing: interleaved[consumed * channels..<(consumed + take) * channels])
            bucket.add(frames)
            consumed += take
            if bucket.sampleCount == samplesPerPixel { bucket.flush(into: &values) }
        }
        sampleCount += frameCount
    }

    /// Ends the waveform; the last pixel may stand for fewer samples than the others.
    package consuming func finish() -> WaveformPyramid {
        // Moved, not copied: appending to the values of `self` while it still holds them would copy them all.
        var last = self
        if last.bucket.sampleCount > 0 { last.bucket.flush(into: &last.values) }
        let base = WaveformLevel(
            samplesPerPixel: last.samplesPerPixel, laneCount: WaveformLevel.laneCount(channels: last.channels),
            values: last.values)
        return WaveformPyramid(
            sampleRate: last.sampleRate, channels: last.channels, sampleCount: last.sampleCount, base: base)
    }
}
