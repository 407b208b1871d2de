/// What a file may at most decode to: a few kilobytes of a crafted FLAC can claim days of audio.
package struct MediaLimits: Hashable, Sendable {
    /// Longest audio in seconds.
    package var durationSeconds = 24 * 60 * 60
    /// Most samples of all channels together: a day of stereo at 96 kHz.
    package var samplesOfAllChannels: Int64 = 24 * 60 * 60 * 96_000 * 2
    /// Most channels.
    package var channels = 8
    /// Sample rates in hertz.
    package var sampleRates = 8_000...384_000

    /// The limits that stand in this type's declaration.
    package init() {}

    func check(sampleRate: Int, channels: Int) throws(MediaError) {
        guard sampleRates.contains(sampleRate) else {
            throw MediaError(
                code: .unsupportedCodec,
                message: "A sample rate of \(sampleRate) Hz is not accepted: use 8 to 384 kHz.")
        }
        guard (1...self.channels).contains(channels) else {
            throw MediaError(
                code: .unsupportedCodec, message: "\(channels) channels are not accepted: use at most \(self.channels)."
            )
        }
    }

    func check(sampleCount: Int64, sampleRate: Int, channels: Int) throws(MediaError) {
        guard sampleCount <= Int64(durationSeconds) * Int64(sampleRate),
            sampleCount * Int64(channels) <= samplesOfAllChannels
        else {
            throw MediaError(
                code: .limitExceeded,
                message: "The file decodes to more audio than Talas accepts: at most \(durationSeconds / 3600) hours.")
        }
    }
}
