/// Everything one decode of a file tells.
package struct IngestResult: Sendable, Codable {
    /// What the file is; rate and channels are those really decoded.
    package let probe: Probe
    /// Samples per channel of the whole decode.
    package let sampleCount: Int64
    /// Samples per second of each channel.
    package let sampleRate: Int
    /// Number of channels.
    package let channels: Int
    /// Where each packet lies and which samples it decodes to.
    package let packetIndex: PacketIndex
    /// Minima and maxima at several zooms.
    package let waveform: WaveformPyramid
    /// EBU R128 figures.
    package let loudness: Loudness
    /// What the first two minutes sound like.
    package let fingerprint: Fingerprint
    /// The picture inside the file, as a plain JPEG of at most 1200 × 1200; nil without one that can be read.
    package let cover: [UInt8]?
    /// `truncated`: the file ends early; `damaged`: packets in the middle could not be decoded;
    /// `format-changed`: rate or layout changed on the way and was converted to the first one.
    package let warnings: [String]

    /// What covers are kept as.
    package static let coverShape = PictureShape.within(1200)

    /// Exact length of the decoded audio in milliseconds, rounded to the nearest.
    package var durationMilliseconds: Int {
        Int((sampleCount * 1000 + Int64(sampleRate) / 2) / Int64(sampleRate))
    }
}
