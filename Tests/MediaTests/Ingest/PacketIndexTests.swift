import Testing

@testable import Media

@Suite struct PacketIndexTests {
    private func index(seed: UInt64, count: Int, checked: Bool) throws -> PacketIndex {
        var generator = SeededGenerator(seed: seed)
        var index = PacketIndex()
        index.sampleRate = 44_100
        var position: Int64 = 0
        for number in 0..<count {
            let size = Int.random(in: 0...5000, using: &generator)
            try index.append(
                position: number == 3 ? -1 : position, sizeBytes: size,
                checksum: checked ? UInt32.random(in: 0 ... .max, using: &generator) : nil,
                samples: Int.random(in: 0...2000, using: &generator),
                trim: number == 0 ? PacketIndex.Trim(start: 1105, end: 0) : nil)
            position += Int64(Int.random(in: 0...6000, using: &generator))
        }
        index.sampleCount = index.indexedSamples + 17
        return index
    }

    @Test(arguments: [1, 2, 3, 4], [0, 1, 2, 500])
    func comesBackFromBytes(seed: UInt64, count: Int) throws {
        let index = try index(seed: seed, count: count, checked: seed.isMultiple(of: 2))
        #expect(try PacketIndex(serialised: index.serialised()) == index)
    }

    @Test func damagedBytesAreRefused() throws {
        let bytes = try index(seed: 9, count: 50, checked: true).serialised()
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x41
            #expect(throws: MediaError.self) { _ = try PacketIndex(serialised: damaged) }
            #expect(throws: MediaError.self) { _ = try PacketIndex(serialised: Array(bytes.prefix(place))) }
        }
    }

    @Test func findsThePacketOfASample() throws {
        let index = try index(seed: 5, count: 200, checked: false)
        for number in 0..<index.count where index[number].sampleCount > 0 {
            let entry = index[number]
            #expect(index.number(ofPacketWithSample: entry.firstSample) == number)
            #expect(index.number(ofPacketWithSample: entry.firstSample + Int64(entry.sampleCount) - 1) == number)
        }
        #expect(index.number(ofPacketWithSample: -1) == nil)
        #expect(index.number(ofPacketWithSample: index.sampleCount) == nil)
        #expect(index.number(ofPacketWithSample: index.sampleCount - 1) == index.count - 1)
    }
}
