import Foundation
import Testing

@testable import Media

@Suite struct WaveformPeaksTests {
    private struct Document: Decodable {
        let peaks: [[Double]]
        let duration: Double
    }

    private static let samples: [Int16] = [16_384, -32_768, 3277, 8192, -16_384, 0, 100, 1]

    @Test func eachNumberIsTheLargestSampleOfItsSpanWithItsSign() throws {
        var options = WaveformOptions()
        options.samplesPerPixel = 2
        options.channels = .split
        let pyramid = WaveformSamples.pyramid(Self.samples, channels: 2, sampleRate: 8, samplesPerPixel: 2)
        #expect(
            String(decoding: try pyramid.peaks(options), as: UTF8.self)
                == #"{"peaks":[[0.5,-0.5],[-1,0]],"duration":0.5}"# + "\n")
    }

    @Test func thereAreAsManyAsTheWidth() throws {
        var generator = SeededGenerator(seed: 3)
        let samples = WaveformSamples.random(frames: 100_000, channels: 2, using: &generator)
        var options = WaveformOptions()
        options.width = 50
        options.channels = .split
        options.from = 1
        options.to = 2
        let pyramid = WaveformSamples.pyramid(samples, channels: 2)
        let document = try JSONDecoder().decode(Document.self, from: Data(pyramid.peaks(options)))
        #expect(document.peaks.map(\.count) == [50, 50])
        #expect(document.duration == 1)
        #expect(document.peaks.joined().allSatisfy { abs($0) <= 1 })
    }

    @Test func withoutAWidthThereIsOneForEachPixel() throws {
        let pyramid = WaveformSamples.pyramid(Array(repeating: 1000, count: 1000), channels: 1)
        let document = try JSONDecoder().decode(Document.self, from: Data(pyramid.peaks(WaveformOptions())))
        #expect(document.peaks == [[0.0305, 0.0305, 0.0305, 0.0305]])
    }
}
