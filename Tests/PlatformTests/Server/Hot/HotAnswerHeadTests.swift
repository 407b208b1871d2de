import NIOCore
import Testing

@testable import Platform

struct HotAnswerHeadTests {
    private let route = HotRoute("/a")

    @Test func writesThePartOfAWhole() {
        var heads = HotAnswerHead()
        let answer = HotAnswer(
            route: route, fields: ByteBuffer(string: "ETag: \"x\"\r\n"), size: 1_000, slice: 100..<250, body: [])
        let text = String(
            buffer: heads.bytes(answer, id: "one", second: 784_111_777, allocator: ByteBufferAllocator()))
        #expect(
            text == """
                HTTP/1.1 206 Partial Content\r
                Content-Range: bytes 100-249/1000\r
                Content-Length: 150\r
                ETag: "x"\r
                X-Request-Id: one\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Server: Talas\r
                \r\n
                """)
    }

    @Test func makesIdsThatDiffer() {
        var heads = HotAnswerHead()
        let ids = (0..<1_000).map { _ in heads.makeID() }
        #expect(Set(ids).count == 1_000)
        #expect(ids.allSatisfy { RequestIdentification.sane($0) != nil && $0.utf8.count == 16 })
    }

    @Test(arguments: [0, 9, 10, 12_345, Int64.max]) func writesNumbers(number: Int64) {
        var buffer = ByteBuffer()
        buffer.writeDecimal(number)
        #expect(String(buffer: buffer) == "\(number)")
    }
}
