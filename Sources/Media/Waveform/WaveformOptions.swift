/// What a client asks of a waveform.
package struct WaveformOptions: Sendable, Hashable {
    /// Width of the numbers in data files.
    package enum Bits: Int, Sendable, Codable { case eight = 8, sixteen = 16 }

    /// One waveform of the mix, or one of each channel.
    package enum Channels: String, Sendable, Codable { case mono, split }

    /// Zoom of data files; pictures fit the range to their width instead.
    package var samplesPerPixel = 256
    /// Width of the numbers in data files.
    package var bits = Bits.eight
    /// What is shown of the channels.
    package var channels = Channels.mono
    /// Start in seconds; the beginning when nil.
    package var from: Double?
    /// End in seconds, exclusive; the end of the recording when nil.
    package var to: Double?
    /// Width of a picture in pixels, or the number of wavesurfer peaks.
    package var width: Int?
    /// Height of a picture in pixels.
    package var height: Int?
    /// Colour of a picture.
    package var color: WaveformColor?

    /// Every default of the contract.
    package init() {}
}
