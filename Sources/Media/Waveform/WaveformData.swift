/// Minimum and maximum a pixel at one zoom, ready to be written as a `.dat` or `.json` file of BBC audiowaveform.
package struct WaveformData: Sendable, Hashable {
    /// Samples a second per channel.
    package let sampleRate: Int
    /// Samples that a pixel stands for.
    package let samplesPerPixel: Int
    /// Width of the numbers in the files.
    package let bits: WaveformOptions.Bits
    /// Channels: 1 for the mono mix.
    package let channels: Int
    /// `[pixel][channel][minimum, maximum]`, flat, always with 16 bits.
    package let values: [Int16]

    /// Pixels, that is pairs of values per channel.
    package var length: Int { values.count / (channels * 2) }

    /// A value as the files write it: 8-bit ones are divided by 256, truncated toward zero.
    func scaled(_ value: Int16) -> Int16 { bits == .eight ? value / 256 : value }
}
