import HTTPTypes
import NIOHTTP1
import Platform
import Testing

@testable import Chat

struct HandshakeTests {
    private static func head(_ uri: String = "/ws", _ headers: [(String, String)] = []) -> HTTPRequestHead {
        var fields: HTTPHeaders = [
            "Host": "talas.example.org", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: fields)
    }

    private static func status(_ head: HTTPRequestHead) -> Int? {
        do throws(Problem) {
            _ = try Handshake.key(of: head)
            return nil
        } catch {
            return error.status.code
        }
    }

    /// The example of RFC 6455 §1.3.
    @Test func provesThatTheKeyWasRead() {
        #expect(Handshake.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(
        arguments: [
            ("Upgrade", "h2c", 426), ("Upgrade", "WebSocket", nil), ("Connection", "keep-alive", 426),
            ("Sec-WebSocket-Version", "8", 426), ("Sec-WebSocket-Key", "short", 400), ("Content-Length", "3", 400),
            ("Transfer-Encoding", "chunked", 400), ("Content-Length", "0", nil),
        ] as [(String, String, Int?)])
    func asksForAWholeHandshake(name: String, value: String, status: Int?) {
        #expect(Self.status(Self.head("/ws", [(name, value)])) == status)
    }

    @Test func isAGet() {
        var head = Self.head()
        head.method = .POST
        #expect(Self.status(head) == 405)
        head = Self.head()
        head.version = .http1_0
        #expect(Self.status(head) == 426)
    }

    @Test(
        arguments: [
            ("/?token=a.b-c", [], "a.b-c"), ("/?x=1&token=a%2Eb", [], "a.b"), ("/", [], nil), ("/?tokens=a", [], nil),
            ("/", [("Authorization", "Bearer abc")], "abc"), ("/", [("Authorization", "Basic abc")], nil),
            ("/?token=query", [("Authorization", "Bearer header")], "header"),
            ("/", [("Sec-WebSocket-Protocol", "talas, abc")], "abc"), ("/", [("Sec-WebSocket-Protocol", "talas")], nil),
            ("/", [("Sec-WebSocket-Protocol", "other, abc")], nil),
        ] as [(String, [(String, String)], String?)])
    func findsTheToken(uri: String, headers: [(String, String)], token: String?) {
        #expect(Handshake.token(in: Self.head(uri, headers)) == token)
    }

    @Test func answersOurSubprotocolOnly() {
        let ours = Handshake.answer(to: Self.head("/", [("Sec-WebSocket-Protocol", "talas, abc")]), key: "")
        #expect(ours["sec-websocket-protocol"] == ["talas"])
        let other = Handshake.answer(to: Self.head("/", [("Sec-WebSocket-Protocol", "soap")]), key: "")
        #expect(other["sec-websocket-protocol"] == [])
    }

    @Test(arguments: [
        ("https://talas.example.org", "talas.example.org", true),
        ("http://talas.example.org", "talas.example.org", true),
        ("https://evil.example.org", "talas.example.org", false), ("null", "talas.example.org", false),
        ("http://localhost:8080", "localhost:9001", true), ("http://localhost:9001", "localhost:8080", true),
        ("http://localhost:3000", "localhost:9001", false), ("http://LOCALHOST:8080", "localhost:8080", true),
        ("https://friend.example.org", "talas.example.org", true),
        ("file://talas.example.org", "talas.example.org", false),
        ("http://localhost:8080", "127.0.0.1:8080", false), ("http://[::1]:8080", "[::1]:9001", true),
        ("https://talas.example.org.evil.org", "talas.example.org", false),
    ])
    func pagesHaveToBeOurs(origin: String, host: String, isAllowed: Bool) {
        let rules = OriginRules(allowed: ["https://friend.example.org"])
        rules.serves(port: 8080)
        rules.serves(port: 9001)
        #expect(rules.allows(Self.head("/", [("Origin", origin), ("Host", host)])) == isAllowed)
    }

    @Test func noPageIsAllowedAndAStarAllowsAll() {
        #expect(OriginRules(allowed: []).allows(Self.head()))
        #expect(OriginRules(allowed: ["*"]).allows(Self.head("/", [("Origin", "https://evil.example.org")])))
    }
}
