@testable import Media

/// Made-up recordings, and what the definition of a waveform says of them, computed the slow and obvious way.
enum WaveformSamples {
    /// Interleaved samples over the whole range of 16 bits, extremes included.
    static func random(
        frames: Int, channels: Int, using generator: inout some RandomNumberGenerator
    ) -> [Int16] {
        (0..<frames * channels).map { _ in
            switch Int.random(in: 0..<20, using: &generator) {
            case 0: .min
            case 1: .max
            default: .random(in: .min ... .max, using: &generator)
            }
        }
    }

    /// A pyramid of samples given in one piece.
    static func pyramid(
        _ samples: [Int16], channels: Int, sampleRate: Int = 44_100, samplesPerPixel: Int = 256
    ) -> WaveformPyramid {
        var builder = WaveformBuilder(channels: channels, sampleRate: sampleRate, samplesPerPixel: samplesPerPixel)
        samples.withUnsafeBufferPointer { builder.append($0) }
        return builder.finish()
    }

    /// Minimum and maximum of each pixel and channel, by definition: the mix is the sum of the channels divided by their
    /// number as integers are in C; pixel p spans the samples p·n ..< (p+1)·n.
    static func definition(
        _ samples: [Int16], channels: Int, samplesPerPixel: Int, mono: Bool, pixels: Range<Int>? = nil
    ) -> [Int16] {
        let frames = samples.count / channels
        let signals: [[Int]] =
            mono
            ? [
                (0..<frames).map { frame in
                    (0..<channels).map { Int(samples[frame * channels + $0]) }.reduce(0, +) / channels
                }
            ]
            : (0..<channels).map { channel in (0..<frames).map { Int(samples[$0 * channels + channel]) } }
        let all = 0..<(frames + samplesPerPixel - 1) / samplesPerPixel
        return (pixels ?? all).flatMap { pixel in
            signals.flatMap { signal in
                let span = signal[pixel * samplesPerPixel..<min((pixel + 1) * samplesPerPixel, frames)]
                return [Int16(span.reduce(.max, min)), Int16(span.reduce(.min, max))]
            }
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
