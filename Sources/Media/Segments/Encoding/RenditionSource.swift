internal import Foundation

/// What has to be known of a source to encode any part of it; all of it is learnt at ingest.
package struct RenditionSource: Sendable {
    /// The file; its name says nothing.
    package let path: String
    /// Where its packets lie.
    package let packetIndex: PacketIndex
    /// Samples per second of each channel.
    package let sampleRate: Int
    /// Number of channels.
    package let channels: Int
    /// Samples per channel at the source's rate.
    package let sampleCount: Int64
    /// Samples per channel at 48 kHz, as the resampler gives them.
    package let resampledCount: Int64
    /// What every sample is multiplied with.
    private(set) var amplification = 1.0

    /// - Throws: `.outOfMemory`; `.unsupportedCodec` for a rate that cannot be resampled.
    package init(path: String, packetIndex: PacketIndex, sampleRate: Int, channels: Int, sampleCount: Int64)
        throws(MediaError)
    {
        self.path = path
        self.packetIndex = packetIndex
        self.sampleRate = sampleRate
        self.channels = channels
        self.sampleCount = sampleCount
        resampledCount = try Self.resampledCount(sampleCount: sampleCount, sampleRate: sampleRate)
    }
}

extension RenditionSource {
    /// The same source, louder.
    /// - Parameter gain: in hundredths of a decibel.
    func amplified(by gain: Int) -> RenditionSource {
        var source = self
        source.amplification = gain == 0 ? 1 : pow(10, Double(gain) / 2_000)
        return source
    }

    /// Samples per second of every lossy rendition.
    package static let resampledRate = 48_000

    /// Longer than the resampler's filter at any rate, so that beginning and end do not meet in it.
    private static let clearSamples = 4096

    /// Exact number of samples per channel that `sampleCount` become at 48 kHz.
    ///
    /// Above 48 kHz that is not always the rounded quotient: it depends on what the filter still holds at the end. So
    /// the resampler itself counts a short silence with the same remainder, and whole periods of its phases are added.
    package static func resampledCount(sampleCount: Int64, sampleRate: Int) throws(MediaError) -> Int64 {
        let grid = ResamplingGrid(from: sampleRate, to: resampledRate)
        guard grid.resamples, sampleCount > 0 else { return max(0, sampleCount) }
        let spare = max(0, sampleCount - Int64(clearSamples)) / grid.inputStep
        let short = Int(sampleCount - spare * grid.inputStep)
        let frame = try Frame()
        let format = AudioFormat(sampleRate: sampleRate, layout: ChannelLayout(channels: 1), encoding: .floatPlanar)
        try frame.fill(silence: short, format: format)
        let output = AudioFormat(sampleRate: resampledRate, layout: format.layout, encoding: .floatPlanar)
        let resampler = try Resampler(from: frame, to: output, mixesWithoutClipping: false)
        var count = Int64(try resampler.convert(frame).count)
        count += Int64(try resampler.flush().count)
        return count + spare * grid.outputStep
    }
}
