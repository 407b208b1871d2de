import Testing

@testable import Media

@Suite struct ResamplingGridTests {
    @Test(arguments: [
        (44_100, 147, 160), (48_000, 1, 1), (96_000, 2, 1), (192_000, 4, 1), (8_000, 1, 6), (11_025, 147, 640),
    ])
    func stepsArePhasesOfTheRates(rate: Int, input: Int64, output: Int64) {
        let grid = ResamplingGrid(from: rate, to: 48_000)
        #expect(grid.inputStep == input && grid.outputStep == output)
    }

    @Test func startsOnTheGridWithEnoughBefore() {
        let grid = ResamplingGrid(from: 44_100, to: 48_000)
        for sample in (0..<2000).map(Int64.init) {
            let start = grid.start(forOutput: sample)
            #expect(start.output + start.dropped == sample)
            #expect(start.input % 147 == 0 && start.input / 147 * 160 == start.output)
            #expect(start.output == 0 || (96..<96 + 160).contains(start.dropped))
        }
    }
}
