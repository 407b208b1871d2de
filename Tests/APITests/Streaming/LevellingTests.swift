import Testing

@testable import API

@Suite struct LevellingTests {
    @Test(arguments: [
        (-23.0, -10.0, 500), (-9.5, 0.3, -850), (-23.0, -3.0, 200), (-23.0, 0.0, 0), (-70.0, -60.0, 2_400),
        (30.0, 0.0, -2_400),
    ])
    func bringsToTheTargetBelowTheCeiling(loudness: Double, peak: Double, gain: Int) {
        #expect(Levelling.gain(loudnessLUFS: loudness, truePeakDBTP: peak) == gain)
    }

    @Test func silenceStaysAsItIs() {
        #expect(Levelling.gain(loudnessLUFS: nil, truePeakDBTP: nil) == 0)
    }
}
