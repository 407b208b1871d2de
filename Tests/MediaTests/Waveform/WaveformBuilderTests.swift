import Testing

@testable import Media

@Suite struct WaveformBuilderTests {
    @Test(arguments: 1...8, [1, 2, 7, 256])
    func equalsTheDefinitionHoweverThePiecesAreCut(channels: Int, samplesPerPixel: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let frames = Int.random(in: 1...3000, using: &generator)
        let samples = WaveformSamples.random(frames: frames, channels: channels, using: &generator)
        var builder = WaveformBuilder(channels: channels, sampleRate: 48_000, samplesPerPixel: samplesPerPixel)
        samples.withUnsafeBufferPointer { all in
            var frame = 0
            while frame < frames {
                let end = min(frames, frame + Int.random(in: 0...700, using: &generator))
                builder.append(UnsafeBufferPointer(rebasing: all[frame * channels..<end * channels]))
                frame = end
            }
        }
        let pyramid = builder.finish()
        #expect(pyramid.sampleCount == frames, "seed \(seed)")
        for mono in [true, false] {
            let lanes = mono ? 0..<1 : pyramid.lanes(.split)
            let expected = WaveformSamples.definition(
                samples, channels: channels, samplesPerPixel: samplesPerPixel, mono: mono)
            let actual = (0..<pyramid.base.pixelCount).flatMap { pixel in
                lanes.flatMap { lane in
                    let (least, greatest) = pyramid.base.extremes(of: pixel..<pixel + 1, lane: lane)
                    return [least, greatest]
                }
            }
            #expect(actual == expected, "seed \(seed), mono \(mono)")
        }
    }

    @Test func theMixIsTruncatedTowardZero() {
        let pyramid = WaveformSamples.pyramid([-1, 0, 1, 2, -3, -4], channels: 2, samplesPerPixel: 1)
        #expect(pyramid.base.values[0] == 0)
        #expect(pyramid.base.values[6] == 1)
        #expect(pyramid.base.values[12] == -3)
    }

    @Test func theMixOfTheLoudestSamplesDoesNotOverflow() {
        for channels in 1...8 {
            let low = WaveformSamples.pyramid(Array(repeating: .min, count: channels * 300), channels: channels)
            let high = WaveformSamples.pyramid(Array(repeating: .max, count: channels * 300), channels: channels)
            #expect(low.base.extremes(of: 0..<2, lane: 0) == (.min, .min))
            #expect(high.base.extremes(of: 0..<2, lane: 0) == (.max, .max))
        }
    }

    @Test func aTrailingHalfFrameIsIgnored() {
        let pyramid = WaveformSamples.pyramid([5, 5, 9], channels: 2)
        #expect(pyramid.sampleCount == 1)
        #expect(pyramid.base.values == [5, 5, 5, 5, 5, 5])
    }

    @Test func nothingGivesAnEmptyWaveform() {
        let pyramid = WaveformSamples.pyramid([], channels: 2)
        #expect(pyramid.sampleCount == 0)
        #expect(pyramid.base.pixelCount == 0)
    }
}
