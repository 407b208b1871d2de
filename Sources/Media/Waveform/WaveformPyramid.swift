/// The waveform of a whole recording at several zooms, from which every picture and data file of it is made.
///
/// The finest level holds the extremes of 256 samples a pixel; each further one merges four pixels of the one before.
/// Both the mono mix and each channel are kept.
package struct WaveformPyramid: Sendable, Hashable {
    /// Samples a second per channel.
    package let sampleRate: Int
    /// Channels of the recording.
    package let channels: Int
    /// Samples per channel.
    package let sampleCount: Int
    /// Finest first; never empty.
    let levels: [WaveformLevel]

    /// Pixels that become one in the next level.
    static let levelFactor = 4

    /// Builds the coarser levels over a finest one.
    init(sampleRate: Int, channels: Int, sampleCount: Int, base: WaveformLevel) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.sampleCount = sampleCount
        var levels = [base]
        var last = base
        while last.pixelCount > 1 {
            last = last.coarser(by: Self.levelFactor)
            levels.append(last)
        }
        self.levels = levels
    }

    /// Samples that a pixel of the finest level stands for.
    package var samplesPerPixel: Int { base.samplesPerPixel }

    /// The finest level.
    var base: WaveformLevel { levels[0] }
}
