import Testing

@testable import Media

@Suite struct WaveformShapeTests {
    private func level(_ values: [Int16]) -> WaveformLevel {
        WaveformLevel(samplesPerPixel: 4, laneCount: 1, values: values)
    }

    @Test func columnsHoldTheExtremesOfTheirPixels() {
        let shape = WaveformShape(
            level: level([-8192, 8192, -16_384, 16_384, 0, 0, -32_768, 16_384]), lane: 0, samples: 0..<16, count: 2)
        #expect(shape.columns.map(\.least) == [-0.5, -1])
        #expect(shape.columns.map(\.greatest) == [0.5, 0.5])
    }

    @Test func theCoreLiesInsideTheExtremes() {
        var generator = SeededGenerator(seed: 5)
        let pyramid = WaveformSamples.pyramid(
            WaveformSamples.random(frames: 50_000, channels: 1, using: &generator), channels: 1)
        for count in [1, 10, 195, 196, 400, 4096] {
            for column in WaveformShape(level: pyramid.base, lane: 0, samples: 100..<49_000, count: count).columns {
                #expect(column.least <= column.coreLeast && column.coreLeast <= column.coreGreatest)
                #expect(column.coreGreatest <= column.greatest)
            }
        }
    }

    @Test func aCloseZoomIsACurveWithoutSteps() {
        let shape = WaveformShape(level: level([0, 0, 0, 32_767]), lane: 0, samples: 0..<8, count: 80)
        let tops = shape.columns.map(\.greatest)
        #expect(tops == tops.sorted())
        #expect(zip(tops, tops.dropFirst()).allSatisfy { $1 - $0 < 0.03 })
    }

    @Test func anEmptyRangeIsSilence() {
        let shape = WaveformShape(level: level([-100, 100]), lane: 0, samples: 4..<4, count: 3)
        #expect(shape.columns.allSatisfy { $0.least == 0 && $0.greatest == 0 })
        #expect(shape.columns.count == 3)
    }
}
