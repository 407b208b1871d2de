import Chat
import Foundation
import Platform
import TestSupport
import Testing

/// What a client is answered that asks for a socket, on both listeners.
struct HandshakeAnswerTests {
    private static func status(
        _ url: String, token: String? = nil, headers: [String: String?] = [:], method: String = "GET"
    ) async throws -> Int {
        do {
            _ = try await WebSocketClient.connect(url, token: token, headers: headers, method: method)
            return 101
        } catch let refusal as WebSocketClient.Refusal {
            return refusal.status
        }
    }

    @Test func takesTheTokenWhereverItIs() async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            for url in [server.url, server.url + "ws", server.httpURL + "/ws"] {
                #expect(try await Self.status(url + "?token=user-1") == 101)
                #expect(try await Self.status(url, token: "user-1") == 101)
                let client = try await WebSocketClient.connect(
                    url, headers: ["Sec-WebSocket-Protocol": "talas, user-1"])
                #expect(client.headers["sec-websocket-protocol"] == "talas")
                #expect(client.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                #expect(client.headers["x-request-id"] != nil)
            }
        }
    }

    @Test func refusesBeforeTheUpgrade() async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            try await Self.holdToTheRules(server.url, page: server.httpURL)
            try await Self.holdToTheRules(server.httpURL + "/ws", page: server.httpURL)
            #expect(try await Self.status(server.url + "else?token=user-1") == 404)
        }
    }

    private static func holdToTheRules(_ url: String, page: String) async throws {
        #expect(try await status(url) == 401)
        #expect(try await status(url + "?token=forged") == 401)
        #expect(try await status(url + "?token=user-1-read") == 403)
        #expect(try await status(url, token: "user-1", method: "POST") == 405)
        let cases: [(String, String?, Int)] = [
            ("Origin", "https://evil.example.org", 403), ("Origin", "null", 403), ("Upgrade", nil, 426),
            ("Sec-WebSocket-Version", "7", 426), ("Sec-WebSocket-Key", nil, 400),
            // The page of this server may open a socket on either listener.
            ("Origin", page, 101),
        ]
        for (name, value, expected) in cases {
            #expect(try await status(url, token: "user-1", headers: [name: value]) == expected, "\(name)")
        }
    }

    @Test func saysWhyAsEverywhere() async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            do {
                _ = try await WebSocketClient.connect(server.url)
                Issue.record("a socket without a token")
            } catch let refusal as WebSocketClient.Refusal {
                let body = try JSONSerialization.jsonObject(with: Data(refusal.body.utf8)) as? [String: Any]
                #expect(body?["code"] as? String == "unauthorized")
                #expect(body?["success"] as? Bool == false)
                #expect(refusal.headers["www-authenticate"] == "Bearer")
                #expect(refusal.headers["connection"] == "close")
            }
            do {
                _ = try await WebSocketClient.connect(server.url, headers: ["Sec-WebSocket-Version": "7"])
            } catch let refusal as WebSocketClient.Refusal {
                #expect(refusal.headers["sec-websocket-version"] == "13")
            }
        }
    }

    @Test func leavesTheOtherRoutesAlone() async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            try await RawStream.run(server.httpURL) { stream in
                for _ in 0..<3 {
                    try await stream.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                    #expect(try await stream.answer().status == 200)
                }
                // A connection that was used before can still become a socket.
                try await stream.send(
                    """
                    GET /ws?token=user-1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
                    """.utf8)
                #expect(String(decoding: try await stream.bytes(12), as: UTF8.self) == "HTTP/1.1 101")
            }
        }
    }

    @Test func countsConnections() async throws {
        var policy = SocketPolicy()
        policy.maximumSockets = 3
        policy.maximumSocketsOfOneAccount = 2
        let handler = EchoHandler()
        try await SocketServer.run(policy, handler: handler) { server in
            let first = try await server.connect("user-1")
            let second = try await server.connect("user-1")
            #expect(try await Self.status(server.url + "?token=user-1") == 429)
            let third = try await server.connect("user-2")
            #expect(try await Self.status(server.url + "?token=user-3") == 503)
            #expect(server.hub.isConnected(user: 1) && !server.hub.isConnected(user: 3))
            await first.drop()
            for await one in handler.told where one == .closed(1) { break }
            while try await Self.status(server.url + "?token=user-3") != 101 {}
            _ = (second, third)
        }
    }
}
