import Foundation
import Testing

@testable import Media

@Suite struct HearingMemoryTests {
    private static let seed = UInt64.random(in: 0 ... .max)

    /// Packets needed after as many of white noise as there are amplitudes.
    private func needed(_ amplitudes: [Float]) -> Int { memory(amplitudes).neededPackets }

    private func memory(_ amplitudes: [Float]) -> HearingMemory {
        var generator = SeededGenerator(seed: Self.seed)
        var memory = HearingMemory()
        for amplitude in amplitudes {
            let noise = (0..<1_152).map { _ in amplitude * Float.random(in: -1...1, using: &generator) }
            noise.withUnsafeBufferPointer { memory.append($0, $0) }
        }
        return memory
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

    /// Where the last packets are enough to tell, those before them change nothing.
    @Test func whatIsCompleteNeedsNothingEarlier() {
        var generator = SeededGenerator(seed: Self.seed)
        var completeCount = 0
        for _ in 0..<60 {
            var amplitude = Float(1)
            var (whole, late) = (HearingMemory(), HearingMemory())
            for packet in 0..<HearingMemory.longestPackets {
                if Int.random(in: 0..<12, using: &generator) == 0 {
                    amplitude = pow(10, Float.random(in: -3...0, using: &generator))
                }
                let noise = (0..<288).map { _ in amplitude * Float.random(in: -1...1, using: &generator) }
                noise.withUnsafeBufferPointer { noise in
                    whole.append(noise, noise)
                    if packet >= HearingMemory.longestPackets - HearingMemory.usualPackets { late.append(noise, noise) }
                }
            }
            guard late.isComplete else { continue }
            completeCount += 1
            #expect(whole.isComplete, "seed \(Self.seed)")
            #expect(abs(late.neededPackets - whole.neededPackets) <= 1, "seed \(Self.seed)")
        }
        #expect(completeCount > 0, "seed \(Self.seed)")
    }

    @Test func quietMusicIsNotCompleteBeforeTheLoudIsHeard() {
        #expect(!memory(Array(repeating: 0.0001, count: 32)).isComplete)
        #expect(memory([1] + Array(repeating: 0.0001, count: 20)).isComplete == false)
        #expect(memory(Array(repeating: 1, count: 32)).isComplete)
    }

    @Test func asManyAsThereAreAtMost() {
        #expect(needed([]) == 0)
        #expect(needed([1, 1, 1]) == 3)
        #expect(needed(Array(repeating: .nan, count: 100)) <= 100)
    }
}
