import NIOCore
import Testing

@testable import Platform

struct MultipartByteRangesTests {
    @Test func isWrittenAsRFC9110Says() throws {
        let body = MultipartByteRanges(
            slices: [0..<2, 8..<10], size: 10, contentType: "audio/flac", etag: "\"v1\"")
        let boundary = try #require(body.contentType.split(separator: "=").last)
        #expect(body.contentType == "multipart/byteranges; boundary=\(boundary)")
        #expect(
            body.head(at: 0)
                == "--\(boundary)\r\nContent-Type: audio/flac\r\nContent-Range: bytes 0-1/10\r\n\r\n")
        #expect(
            body.head(at: 1)
                == "\r\n--\(boundary)\r\nContent-Type: audio/flac\r\nContent-Range: bytes 8-9/10\r\n\r\n")
        #expect(body.tail == "\r\n--\(boundary)--\r\n")
    }

    @Test func theSameRequestHasTheSameBytes() {
        func body(_ slices: [Range<Int64>], _ etag: String) -> String {
            MultipartByteRanges(slices: slices, size: 10, contentType: "a/b", etag: etag).contentType
        }
        #expect(body([0..<2, 8..<10], "\"v1\"") == body([0..<2, 8..<10], "\"v1\""))
        #expect(body([0..<2, 8..<10], "\"v1\"") != body([8..<10, 0..<2], "\"v1\""))
        #expect(body([0..<2, 8..<10], "\"v1\"") != body([0..<2, 8..<10], "\"v2\""))
    }

    /// What is announced is sent, and a reader finds every slice in it.
    @Test(arguments: 0..<20)
    func lengthIsExactAndSlicesAreFound(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let content = (0..<Int.random(in: 2...3_000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let places = (0..<content.count).shuffled(using: &generator).prefix(12).sorted()
            let slices = zip(places, places.dropFirst()).map { Int64($0)..<Int64($1) }.shuffled(using: &generator)
            let body = MultipartByteRanges(
                slices: slices, size: Int64(content.count), contentType: "audio/mpeg", etag: "\"\(seed)\"")
            var sent: [UInt8] = []
            for (index, slice) in slices.enumerated() {
                sent += Array(body.head(at: index).utf8) + content[Int(slice.lowerBound)..<Int(slice.upperBound)]
            }
            sent += Array(body.tail.utf8)
            #expect(Int64(sent.count) == body.contentLength, "seed \(seed)")
            let boundary = try #require(body.contentType.split(separator: "=").last)
            #expect(
                try Self.slices(sent, boundary: String(boundary))
                    == slices.map {
                        Array(content[Int($0.lowerBound)..<Int($0.upperBound)])
                    }, "seed \(seed)")
        }
    }

    /// As a client would: by boundaries, with nothing known of lengths.
    private static func slices(_ body: [UInt8], boundary: String) throws -> [[UInt8]] {
        let delimiter = Delimiter(try MultipartBoundary(boundary))
        var rest = (Array("\r\n".utf8) + body)[...]
        var slices: [[UInt8]] = []
        while case .whole(let start) = Array(rest).withUnsafeBytes({ delimiter.search($0) }) {
            slices.append(Array(rest.prefix(start)))
            rest = rest.dropFirst(start + delimiter.bytes.count)
        }
        return slices.dropFirst().compactMap { part in
            let end = part.indices.first { part[$0...].starts(with: Array("\r\n\r\n".utf8)) }
            return end.map { Array(part[($0 + 4)...]) }
        }
    }
}
