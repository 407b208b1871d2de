/// How the samples of a FLAC are written; it follows from the source and the wished number of channels.
package struct FLACFormat: Hashable, Sendable, Codable {
    /// Hertz.
    package let sampleRate: Int
    package let channels: Int
    /// 16 or 24.
    package let bitsPerSample: Int
    /// Bits of the speakers, as WAVE's extensible format has them; nil where the number of channels says it all.
    let channelMask: UInt64?

    /// Most channels that FLAC has.
    static let maximumChannels = 8
}
