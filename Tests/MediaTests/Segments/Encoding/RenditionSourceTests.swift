import Testing

@testable import Media

@Suite struct RenditionSourceTests {
    private static let rates = [
        8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_056, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400,
        192_000, 384_000,
    ]

    /// What the resampler gives for a whole source, given in pieces.
    private func counted(_ samples: Int, rate: Int) throws -> Int64 {
        let mono = ChannelLayout(channels: 1)
        let input = AudioFormat(sampleRate: rate, layout: mono, encoding: .floatPlanar)
        let output = AudioFormat(sampleRate: 48_000, layout: mono, encoding: .floatPlanar)
        let frame = try Frame()
        var converter = FrameConverter(output: output)
        var count = 0
        for begin in stride(from: 0, to: samples, by: 4608) {
            try frame.fill(silence: min(4608, samples - begin), format: input)
            try converter.convert(frame) { samples throws(MediaError) in count += samples.count }
        }
        try converter.finish { samples throws(MediaError) in count += samples.count }
        return Int64(count)
    }

    @Test(arguments: rates) func countsWhatTheResamplerGives(rate: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let some = (0..<6).map { _ in Int.random(in: 1...400_000, using: &generator) }
        for samples in [1, 2, 100, 4095, 4096, 4097, rate, rate + 1] + some {
            let count = try RenditionSource.resampledCount(sampleCount: Int64(samples), sampleRate: rate)
            #expect(try count == counted(samples, rate: rate), "\(samples) samples, seed \(seed)")
        }
    }

    @Test func nothingStaysNothing() throws {
        #expect(try RenditionSource.resampledCount(sampleCount: 0, sampleRate: 44_100) == 0)
    }
}
