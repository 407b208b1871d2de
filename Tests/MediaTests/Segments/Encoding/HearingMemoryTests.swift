import Testing

@testable import Media

@Suite struct HearingMemoryTests {
    private static let seed = UInt64.random(in: 0 ... .max)

    /// Packets needed after as many of white noise as there are amplitudes.
    private func needed(_ amplitudes: [Float]) -> Int {
        var generator = SeededGenerator(seed: Self.seed)
        var memory = HearingMemory()
        for amplitude in amplitudes {
            let noise = (0..<1_152).map { _ in amplitude * Float.random(in: -1...1, using: &generator) }
            noise.withUnsafeBufferPointer { memory.append($0, $0) }
        }
        return memory.neededPackets
    }

    @Test(arguments: [1, 0.3, 0.1, 0.03] as [Float]) func steadyMusicNeedsLittle(amplitude: Float) {
        let count = needed(Array(repeating: amplitude, count: 100))
        #expect((10...30).contains(count), "seed \(Self.seed)")
    }

    @Test(arguments: [12, 30, 60, 90]) func quietMusicReachesBackToTheLoud(quiet: Int) {
        let loud = Array(repeating: Float(1), count: 100 - quiet)
        let count = needed(loud + Array(repeating: 0.0001, count: quiet))
        #expect((quiet + 2...quiet + 10).contains(count), "seed \(Self.seed)")
    }

    @Test func loudMusicOutweighsWhatCameBefore() {
        let count = needed(Array(repeating: 0.001, count: 80) + Array(repeating: 1, count: 20))
        #expect(count == 10, "seed \(Self.seed)")
    }

    @Test func silenceForgetsWhereAnEncoderBegins() {
        #expect((36...42).contains(needed(Array(repeating: 0, count: 100))))
    }

    @Test func asManyAsThereAreAtMost() {
        #expect(needed([]) == 0)
        #expect(needed([1, 1, 1]) == 3)
        #expect(needed(Array(repeating: .nan, count: 100)) <= 100)
    }
}
