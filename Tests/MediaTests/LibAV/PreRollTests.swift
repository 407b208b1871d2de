import Testing

@testable import Media

@Suite struct PreRollTests {
    private func index(samples: [Int]) throws -> PacketIndex {
        var index = PacketIndex()
        for count in samples {
            try index.append(position: 0, sizeBytes: 1, checksum: nil, samples: count, trim: nil)
        }
        return index
    }

    @Test func goesBackByPacketsAndBySamples() throws {
        let index = try index(samples: Array(repeating: 100, count: 50))
        #expect(PreRoll(packets: 0).start(before: 20, in: index) == 20)
        #expect(PreRoll(packets: 12).start(before: 20, in: index) == 8)
        #expect(PreRoll(packets: 12).start(before: 5, in: index) == 0)
        #expect(PreRoll(packets: 2, samples: 1000).start(before: 20, in: index) == 10)
    }

    @Test func beginsAtTheBeginningWhileNothingHasComeOut() throws {
        let index = try index(samples: [0, 0, 0, 60, 100, 100])
        #expect(PreRoll(packets: 1).start(before: 3, in: index) == 0)
        #expect(PreRoll(packets: 1).start(before: 4, in: index) == 0)
        #expect(PreRoll(packets: 1).start(before: 5, in: index) == 4)
    }
}
