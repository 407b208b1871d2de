import Testing

@testable import Media

@Suite struct MPEGAudioHeaderTests {
    @Test(
        arguments: [
            ([0xFF, 0xFB, 0x90, 0x00], 417), ([0xFF, 0xFB, 0x92, 0x00], 418), ([0xFF, 0xFB, 0x94, 0x00], 384),
            ([0xFF, 0xF3, 0x80, 0x00], 208), ([0xFF, 0xE3, 0x18, 0x00], 72), ([0xFF, 0xFB, 0xE4, 0x00], 960),
        ] as [([UInt8], Int)])
    func tellsTheFrameSize(bytes: [UInt8], expected: Int) {
        #expect(bytes.withUnsafeBufferPointer { MPEGAudioHeader($0) }?.frameBytes == expected)
    }

    @Test(
        arguments: [
            [0xFF, 0xFB, 0x90], [0xFF, 0xFB, 0xF0, 0], [0xFF, 0xFB, 0x9C, 0], [0xFF, 0xEB, 0x90, 0], [0, 0, 0, 0],
            [0xFF, 0xFD, 0x90, 0],
        ] as [[UInt8]])
    func refusesOthers(bytes: [UInt8]) {
        #expect(bytes.withUnsafeBufferPointer { MPEGAudioHeader($0) } == nil)
    }
}
