import Testing

@testable import Media

@Suite struct FLACFrameTests {
    @Test(
        arguments: [
            (0, [0]), (127, [0x7f]), (128, [0xc2, 0x80]), (2047, [0xdf, 0xbf]), (2048, [0xe0, 0xa0, 0x80]),
            (65_535, [0xef, 0xbf, 0xbf]), (65_536, [0xf0, 0x90, 0x80, 0x80]),
            (1 << 21, [0xf8, 0x88, 0x80, 0x80, 0x80]), (1 << 26, [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80]),
            (1 << 31 - 1, [0xfd, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf]),
            (1 << 36 - 1, [0xfe] + Array(repeating: 0xbf, count: 6)),
        ] as [(Int64, [UInt8])])
    func numbersAreCodedAsUTF8IsAndBeyond(number: Int64, bytes: [UInt8]) {
        #expect(FLACFrame.coded(number) == bytes)
    }

    @Test func whatIsNoFrameIsRefused() {
        var output: [UInt8] = []
        for bytes: [UInt8] in [
            [], [0xff, 0xf8], Array(repeating: 0xff, count: 40), [0xff, 0xf8, 0x0f] + Array(repeating: 0, count: 9),
        ] {
            #expect(!bytes.withUnsafeBufferPointer { FLACFrame.append($0, numbered: 1, to: &output) })
        }
        #expect(output.isEmpty)
    }
}
