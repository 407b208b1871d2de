import Foundation

@testable import Media

/// Pieces of music for fingerprints: chords of six notes that change four times a second, drawn from a seed.
enum Music {
    /// An `ffmpeg` source would take a page: the samples are written here. 11,025 Hz, mono, 16 bits.
    static func file(seed: UInt64, seconds: Int = 10) throws -> String {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func dice() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double(state >> 11) / Double(1 << 53)
        }
        let rate = 11_025
        var samples = [Double](repeating: 0, count: seconds * rate)
        for start in stride(from: 0, to: samples.count, by: rate / 4) {
            for _ in 0..<6 {
                let step = 2 * Double.pi * 110 * pow(2, (dice() * 30).rounded() / 12) / Double(rate)
                let strength = 0.04 + 0.08 * dice()
                for index in start..<min(samples.count, start + rate / 4) {
                    let place = Double(index - start)
                    samples[index] += strength * sin(step * place) * exp(-3 * place / Double(rate))
                }
            }
        }
        let pcm = samples.flatMap { value -> [UInt8] in
            let sample = Int16(max(-1, min(1, value)) * 32_767)
            return [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
        }
        let raw = try Reference.write("music.raw", pcm)
        return try Reference.make("music.flac", ["-f", "s16le", "-ar", "\(rate)", "-ac", "1", "-i", raw])
    }
}
