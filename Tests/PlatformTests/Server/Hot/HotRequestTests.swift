import NIOHTTP1
import Testing

@testable import Platform

struct HotRequestTests {
    private func request(
        _ headers: HTTPHeaders, method: HTTPMethod = .GET, version: HTTPVersion = .http1_1
    ) -> HotRequest? {
        HotRequest(HTTPRequestHead(version: version, method: method, uri: "/a?b", headers: headers))
    }

    @Test func takesPlainRequests() throws {
        let taken = try #require(
            request([
                "host": "x", "Range": "bytes=0-1", "ACCEPT": "audio/*", "Connection": "Keep-Alive", "Cookie": "a=b",
                "User-Agent": "player", "X-Request-Id": "one",
            ]))
        #expect(taken.target == "/a?b")
        #expect(taken.range == "bytes=0-1")
        #expect(taken.accept == "audio/*")
        #expect(taken.id == "one")
        #expect(!taken.isHead)
    }

    @Test func headIgnoresRanges() throws {
        let taken = try #require(request(["Host": "x", "Range": "bytes=0-1"], method: .HEAD))
        #expect(taken.isHead)
        #expect(taken.range == nil)
    }

    @Test(arguments: [
        ("Authorization", "Bearer x"), ("Origin", "https://a"), ("Expect", "100-continue"), ("Upgrade", "websocket"),
        ("Content-Length", "0"), ("Transfer-Encoding", "chunked"), ("If-Match", "*"), ("If-None-Match", "*"),
        ("If-Range", "\"a\""), ("If-Modified-Since", "x"), ("if-unmodified-since", "x"), ("Connection", "close"),
        ("X-Request-Id", "not sane"), ("Host", "second"), ("Range", "second"), ("Accept", "second"),
    ])
    func leavesWhatWantsACloserLook(name: String, value: String) {
        var headers: HTTPHeaders = ["Host": "x", "Range": "bytes=0-1", "Accept": "*/*"]
        headers.add(name: name, value: value)
        #expect(request(headers) == nil)
    }

    @Test func leavesOtherMethodsAndVersions() {
        #expect(request(["Host": "x"], method: .POST) == nil)
        #expect(request(["Host": "x"], version: .http1_0) == nil)
        #expect(request([:]) == nil)
    }
}
