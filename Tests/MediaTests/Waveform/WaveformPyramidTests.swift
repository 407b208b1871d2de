import Testing

@testable import Media

@Suite struct WaveformPyramidTests {
    @Test func levelsGrowFourfoldToOnePixel() {
        let pyramid = WaveformSamples.pyramid(Array(repeating: 3, count: 256 * 17), channels: 1)
        #expect(pyramid.levels.map(\.samplesPerPixel) == [256, 1024, 4096, 16_384])
        #expect(pyramid.levels.map(\.pixelCount) == [17, 5, 2, 1])
    }

    @Test(arguments: 0..<40)
    func everyMultipleOfTheBaseEqualsTheDefinition(round: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let channels = Int.random(in: 1...3, using: &generator)
        let frames = Int.random(in: 1...40_000, using: &generator)
        let sampleRate = [8000, 44_100, 48_000].randomElement(using: &generator) ?? 8000
        let samples = WaveformSamples.random(frames: frames, channels: channels, using: &generator)
        let pyramid = WaveformSamples.pyramid(samples, channels: channels, sampleRate: sampleRate)
        var options = WaveformOptions()
        options.samplesPerPixel = 256 * Int.random(in: 1...70, using: &generator)
        options.channels = Bool.random(using: &generator) ? .mono : .split
        // A range of whole samples, said in seconds.
        let first = Int.random(in: 0..<frames, using: &generator)
        let end = Int.random(in: first + 1...frames, using: &generator)
        options.from = Double(first) / Double(sampleRate)
        options.to = Double(end) / Double(sampleRate)
        let pixels = first / options.samplesPerPixel..<(end - 1) / options.samplesPerPixel + 1
        let expected = WaveformSamples.definition(
            samples, channels: channels, samplesPerPixel: options.samplesPerPixel, mono: options.channels == .mono,
            pixels: pixels)
        let data = try pyramid.data(options)
        #expect(data.values == expected, "seed \(seed)")
        #expect(data.length == pixels.count, "seed \(seed)")
    }

    @Test func otherZoomsAreRefused() {
        let pyramid = WaveformSamples.pyramid(Array(repeating: 3, count: 1000), channels: 1)
        for zoom in [-256, 0, 2, 255, 257, 300] {
            var options = WaveformOptions()
            options.samplesPerPixel = zoom
            #expect(!pyramid.isExact(samplesPerPixel: zoom))
            #expect { try pyramid.data(options) } throws: { ($0 as? MediaError)?.code == .invalidOption }
        }
        #expect(pyramid.isExact(samplesPerPixel: 256 * 11))
    }

    @Test(
        arguments: [
            (nil, nil, 0..<1000), (0.5, nil, 500..<1000), (nil, 0.25, 0..<250), (2, 3, 1000..<1000),
            (0.1, 1e300, 100..<1000),
            (0.0004, 0.0006, 0..<1), (0.9, 0.1, 900..<900),
        ] as [(Double?, Double?, Range<Int>)])
    func rangesStayInside(from: Double?, to: Double?, expected: Range<Int>) {
        let pyramid = WaveformSamples.pyramid(Array(repeating: 3, count: 1000), channels: 1, sampleRate: 1000)
        #expect(pyramid.sampleRange(from: from, to: to) == expected)
    }

    @Test func splitOfOneChannelIsThatChannel() throws {
        let pyramid = WaveformSamples.pyramid([1, 2, -3], channels: 1)
        var options = WaveformOptions()
        options.channels = .split
        let data = try pyramid.data(options)
        #expect(data.channels == 1)
        #expect(data.values == [-3, 2])
    }

    @Test(arguments: WaveformFormat.allCases)
    func anEmptyRecordingStillRenders(format: WaveformFormat) throws {
        let pyramid = WaveformSamples.pyramid([], channels: 2)
        #expect(try !pyramid.render(format, WaveformOptions()).isEmpty)
    }

    @Test(arguments: WaveformFormat.allCases)
    func theSameRequestGivesTheSameBytes(format: WaveformFormat) throws {
        var generator = SeededGenerator(seed: 7)
        let samples = WaveformSamples.random(frames: 5000, channels: 2, using: &generator)
        let first = try WaveformSamples.pyramid(samples, channels: 2).render(format, WaveformOptions())
        let second = try WaveformPyramid(serialised: WaveformSamples.pyramid(samples, channels: 2).serialised())
            .render(format, WaveformOptions())
        #expect(first == second)
    }
}
