import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Platform

struct RepresentationTests {
    private func request(_ headers: HTTPFields = [:], method: HTTPRequest.Method = .get) -> Request {
        Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: "/", headerFields: headers),
            body: RequestBody(buffer: ByteBuffer()))
    }

    private let text = Representation(
        ByteBuffer(string: String(repeating: "talas ", count: 500)), contentType: "application/json",
        cacheControl: "no-cache")

    @Test func answersTheSameTagWithNotModified() throws {
        let first = text.response(to: request())
        let tag = try #require(first.headers[.eTag])
        #expect(first.status == .ok && first.body.contentLength == 3_000)
        for header in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            #expect(text.response(to: request([.ifNoneMatch: header])).status == .notModified, "\(header)")
        }
        #expect(text.response(to: request([.ifNoneMatch: "\"other\""])).status == .ok)
        #expect(text.response(to: request([.ifNoneMatch: tag], method: .post)).status == .ok)
    }

    @Test func compressesWithATagOfItsOwn() throws {
        let plain = text.response(to: request())
        let compressed = text.response(to: request([.acceptEncoding: "br, gzip;q=0.8"]))
        #expect(compressed.headers[.contentEncoding] == "gzip")
        #expect(try #require(compressed.body.contentLength) < 200)
        #expect(compressed.headers[.eTag] != plain.headers[.eTag])
        #expect(compressed.headers[.vary] == "Accept-Encoding")
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("*", true), ("br", false), ("gzip;q=0", false), ("gzip; q=0.0, *", false),
        ("identity", false), ("*;q=0", false), ("deflate, gzip;q=1.0", true),
    ])
    func readsAcceptEncoding(header: String, expected: Bool) {
        #expect(Representation.acceptsGzip(header) == expected)
    }

    @Test func leavesSmallAndBinaryBodiesAlone() {
        let small = Representation(ByteBuffer(string: "{}"), contentType: "application/json", cacheControl: "no-cache")
        let picture = Representation(
            ByteBuffer(repeating: 0, count: 5_000), contentType: "image/png", cacheControl: "no-cache")
        for representation in [small, picture] {
            let response = representation.response(to: request([.acceptEncoding: "gzip"]))
            #expect(response.headers[.contentEncoding] == nil)
        }
    }
}
