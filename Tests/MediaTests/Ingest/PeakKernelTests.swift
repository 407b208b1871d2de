import Testing

@testable import Media

@Suite struct PeakKernelTests {
    @Test(arguments: 1...8) func equalsThePlainLoops(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let taps = (0..<16).map { _ in Float.random(in: -1...1, using: &generator) }
        for count in [0, 1, 7, 8, 15, 16, 17, 32, 100] {
            let samples = (0..<count + 15).map { _ in Float.random(in: -1...1, using: &generator) }
            let highest = samples.prefix(count).map(abs).max() ?? 0
            let filtered =
                (0..<count).map { start in
                    abs((0..<16).reduce(Float(0)) { $0 + taps[$1] * samples[start + $1] })
                }.max() ?? 0
            samples.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                #expect(PeakKernel.magnitude(start, count: count) == highest)
                let found = taps.withUnsafeBufferPointer { PeakKernel.magnitude(start, count: count, filteredBy: $0) }
                #expect(abs(found - filtered) < 1e-5)
            }
        }
    }

    /// A full-scale sine at a quarter of the rate whose samples all lie at 0.707: the peak is between them, wherever
    /// louder or quieter music stands around it.
    @Test(arguments: [0, 0.1, 0.5] as [Float]) func findsWhatLiesBetweenSamples(quiet: Float) {
        let samples = (0..<4000).map { place in
            let sign: Float = place & 2 == 0 ? 1 : -1
            return sign * 0.70710678 * ((1000..<3000).contains(place) ? 1 : quiet)
        }
        var meter = TruePeakMeter(sampleRate: 44_100, channels: 1)
        samples.withUnsafeBufferPointer { meter.append($0, channel: 0) }
        meter.finish()
        #expect(abs(meter.peak - 1) < 0.12)
        #expect(meter.peak > 0.99)
    }
}
