import Testing

@testable import Media

@Suite struct WAVHeaderTests {
    @Test func small() {
        let header = WAVHeader(channels: 2, sampleRate: 44_100, dataBytes: 400).bytes
        #expect(header.count == 44)
        #expect(header.starts(with: Array("RIFF".utf8) + [0xb4, 0x01, 0, 0] + Array("WAVEfmt ".utf8)))
        #expect(header.suffix(4).elementsEqual([0x90, 0x01, 0, 0]))
    }

    @Test(arguments: [(Int64(1) << 32 - 38, false), (Int64(1) << 32 - 36, true)])
    func aboveFourGibibytesItIsRF64(dataBytes: Int64, isLarge: Bool) {
        let header = WAVHeader(channels: 2, sampleRate: 48_000, dataBytes: dataBytes).bytes
        #expect(header.starts(with: Array((isLarge ? "RF64" : "RIFF").utf8)))
        #expect(header.count == (isLarge ? 80 : 44))
    }
}
