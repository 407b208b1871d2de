import NIOCore
import Testing

@testable import Chat

struct WireFrameTests {
    @Test(arguments: [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)])
    func lengthsTakeAsFewBytesAsTheyCan(count: Int, head: Int) {
        let frame = WireFrame.encoded(.text, ByteBuffer(repeating: 0x61, count: count))
        #expect(frame.readableBytes == head + count)
        #expect(frame.getInteger(at: 0, as: UInt8.self) == 0x81)
        // No mask.
        #expect((frame.getInteger(at: 1, as: UInt8.self) ?? 0xFF) & 0x80 == 0)
    }

    @Test func reasonsAreCutBetweenCharacters() {
        let frame = CloseFrame.encoded(.banned, reason: String(repeating: "é", count: 100))
        #expect(frame.getInteger(at: 1, as: UInt8.self) == 124)
        #expect(frame.getInteger(at: 2, as: UInt16.self) == 4403)
        #expect(frame.getString(at: 4, length: 122) == String(repeating: "é", count: 61))
    }
}
