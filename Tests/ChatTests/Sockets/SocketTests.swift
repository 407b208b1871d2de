import Chat
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

/// Sockets over the network, as clients see them.
struct SocketTests {
    @Test(arguments: [false, true])
    func echoes(onHTTP: Bool) async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            let url = onHTTP ? server.httpURL + "/ws" : server.url
            let client = try await WebSocketClient.connect(url + "?token=user-1")
            for text in ["hello", "", "🎧"] + [125, 126, 127, 128, 65_536].map({ String(repeating: "x", count: $0) }) {
                try await client.send(text)
                #expect(try await client.next() == .text(text))
            }
            try await client.send(frame: 0x9, Data("are you there".utf8))
            #expect(try await client.next() == .pong("are you there"))
            try await client.sendClose(4000)
            #expect(try await client.next() == .close(4000, ""))
            #expect(try await client.next() == .end)
        }
    }

    @Test func tellsTheHandlerInOrder() async throws {
        let handler = EchoHandler()
        try await SocketServer.run(handler: handler) { server in
            let client = try await server.connect("user-7")
            for text in ["a", "b", "c"] { try await client.send(text) }
            for text in ["a", "b", "c"] { #expect(try await client.next() == .text(text)) }
            await client.drop()
            var told: [EchoHandler.Told] = []
            for await one in handler.told {
                told.append(one)
                if case .closed = one { break }
            }
            #expect(told == [.opened(7), .received("a"), .received("b"), .received("c"), .closed(7)])
        }
    }

    @Test(
        arguments: [
            (ClientFrame.bytes(0x2, [1]), 1003), (ClientFrame.bytes(0x1, [0xFF]), 1007),
            (ClientFrame.bytes(0x1, [0x61], isMasked: false), 1002), ([0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1], 1009),
            (ClientFrame.close(1005), 1002),
        ] as [([UInt8], UInt16)])
    func saysWhatWasWrongAndEnds(bytes: [UInt8], code: UInt16) async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            for url in [server.url, server.httpURL + "/ws"] {
                let client = try await WebSocketClient.connect(url + "?token=user-1")
                try await client.sendRaw(bytes)
                guard case .close(code, _) = try await client.next() else { throw TestFailure("no close frame") }
                #expect(try await client.next() == .end)
            }
        }
    }

    @Test func endsWithItsSession() async throws {
        try await SocketServer.run(handler: EchoHandler()) { server in
            let client = try await server.connect("user-1")
            let other = try await server.connect("user-2")
            await server.events.publish(Event(.sessionEnded, userID: 1, id: 10))
            #expect(try await client.closeCode() == 4401)
            try await other.send("still here")
            #expect(try await other.next() == .text("still here"))
        }
    }

    @Test func endsWithABan() async throws {
        try await SocketServer.run(
            handler: EchoHandler(),
            living: { id, credential in
                if id == 1 { throw Problem.banned }
                return SocketServer.caller(userID: id, credential: credential)
            }
        ) { server in
            let client = try await server.connect("user-1")
            let other = try await server.connect("user-2")
            await server.events.publish(Event(.accountChanged, userID: 2, id: 2))
            await server.events.publish(Event(.accountChanged, userID: 1, id: 1))
            #expect(try await client.closeCode() == 4403)
            try await other.send("still here")
            #expect(try await other.next() == .text("still here"))
        }
    }

    /// Sessions that end while no events are heard: all are looked after until they are, and once more then.
    @Test(arguments: [false, true])
    func endsWithASessionOfWhichNothingWasHeard(isAway: Bool) async throws {
        var policy = SocketPolicy()
        policy.checkInterval = .seconds(3_600)
        let failures = Mutex(2)
        try await SocketServer.run(
            policy, handler: EchoHandler(), living: { _, _ in throw Problem.unauthorized },
            findLiving: { holders in
                // A check that fails is made again.
                let fails = failures.withLock { left in
                    defer { left -= 1 }
                    return left > 0
                }
                if fails { throw TestFailure("The database does not answer.") }
                return holders.filter { $0.userID == 2 }
            },
            hears: { !isAway }
        ) { server in
            let client = try await server.connect("user-1")
            let other = try await server.connect("user-2")
            if !isAway { server.events.resynchronise() }
            #expect(try await client.closeCode() == 4401)
            try await other.send("still here")
            #expect(try await other.next() == .text("still here"))
        }
    }

    @Test func saysGoodbyeWhenTheServerStops() async throws {
        let handler = EchoHandler()
        let clients = try await SocketServer.run(handler: handler) { server in
            [
                try await server.connect("user-1"),
                try await WebSocketClient.connect(server.httpURL + "/ws?token=user-2"),
            ]
        }
        for client in clients { #expect(try await client.closeCode() == 1001) }
        var closed = 0
        for await one in handler.told {
            if case .closed = one { closed += 1 }
            if closed == 2 { break }
        }
    }

    @Test func halfOfAConnectionIsNone() async throws {
        let handler = EchoHandler()
        try await SocketServer.run(handler: handler) { server in
            for url in [server.url, server.httpURL + "/"] {
                try await RawStream.run(url.replacing("ws://", with: "http://")) { stream in
                    try await stream.send(
                        """
                        GET /ws?token=user-1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
                        """.utf8)
                    #expect(String(decoding: try await stream.bytes(12), as: UTF8.self) == "HTTP/1.1 101")
                    stream.finish()
                    for await one in handler.told where one == .closed(1) { break }
                }
            }
        }
    }
}
