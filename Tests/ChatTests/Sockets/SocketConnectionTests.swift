import Foundation
import NIOCore
import NIOEmbedded
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Chat

/// One connection whose clock and bytes are the test's.
struct SocketConnectionTests {
    private final class Scene: Sendable {
        let loop = NIOAsyncTestingEventLoop()
        let channel: NIOAsyncTestingChannel
        let hub: SocketHub
        let handler: any SocketHandler

        init(
            _ policy: SocketPolicy = SocketPolicy(), handler: any SocketHandler = EchoHandler(), expiresAt: Date? = nil
        )
            async throws
        {
            self.handler = handler
            channel = NIOAsyncTestingChannel(loop: loop)
            hub = SocketHub(policy, loops: [loop])
            try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
            let admission = SocketAdmission(
                caller: SocketServer.caller(userID: 1, credential: .session(10)), expiresAt: expiresAt)
            let (hub, channel, loop) = (hub, channel, loop)
            try await loop.executeInContext {
                let socket = try #require(hub.makeSocket(admission, on: loop))
                try channel.pipeline.syncOperations.addHandler(SocketConnection(socket, hub: hub, handler: handler))
            }
            await loop.run()
        }

        /// What it comes to is done on the loop, which the channel does not run by itself.
        func receive(_ bytes: [UInt8]) async throws {
            try await channel.writeInbound(ByteBuffer(bytes: bytes))
            await loop.run()
        }

        /// The next bytes that leave.
        func sent() async throws -> [UInt8] {
            let channel = channel
            return try await bounded("Bytes") {
                Array(try await channel.waitForOutboundWrite(as: ByteBuffer.self).readableBytesView)
            }
        }
    }

    /// Returns from a message when the test lets it.
    private final class SlowHandler: SocketHandler {
        let received = AsyncStream<String>.makeStream()
        let permits = AsyncStream<Void>.makeStream()

        func opened(_ socket: any Socket) async {}
        func received(_ text: ByteBuffer, from socket: any Socket) async {
            received.continuation.yield(String(buffer: text))
            for await _ in permits.stream { break }
        }
        func closed(_ socket: any Socket) async { received.continuation.finish() }
    }

    private static let ping: [UInt8] = [0x89, 0]

    @Test func takesOneMessageAfterTheOther() async throws {
        let handler = SlowHandler()
        let scene = try await Scene(handler: handler)
        try await scene.receive(ClientFrame.text("a") + ClientFrame.bytes(0x9, [7]) + ClientFrame.text("b"))
        var received = handler.received.stream.makeAsyncIterator()
        #expect(await received.next() == "a")
        // Not even the ping behind it is answered yet.
        #expect(try await scene.channel.readOutbound(as: ByteBuffer.self) == nil)
        handler.permits.continuation.yield()
        #expect(try await scene.sent() == [0x8A, 1, 7])
        #expect(await received.next() == "b")
        try await scene.channel.close()
        handler.permits.continuation.yield()
        #expect(await received.next() == nil)
    }

    @Test func pingsAndGivesUpAfterTwo() async throws {
        let scene = try await Scene()
        await scene.loop.advanceTime(by: .seconds(29))
        #expect(try await scene.channel.readOutbound(as: ByteBuffer.self) == nil)
        await scene.loop.advanceTime(by: .seconds(1))
        #expect(try await scene.sent() == Self.ping)
        try await scene.receive(ClientFrame.bytes(0xA))
        for _ in 0..<2 {
            await scene.loop.advanceTime(by: .seconds(30))
            #expect(try await scene.sent() == Self.ping)
        }
        #expect(scene.channel.isActive)
        await scene.loop.advanceTime(by: .seconds(30))
        #expect(!scene.channel.isActive)
        #expect(!scene.hub.isConnected(user: 1))
    }

    @Test func endsWhenTheTokenExpires() async throws {
        var policy = SocketPolicy()
        let clock = Clock()
        policy.now = { clock.date.withLock { $0 } }
        let scene = try await Scene(policy, expiresAt: Date(timeIntervalSince1970: 100))
        await scene.loop.advanceTime(by: .seconds(2))
        #expect(try await scene.channel.readOutbound(as: ByteBuffer.self) == nil)
        clock.date.withLock { $0 = Date(timeIntervalSince1970: 100) }
        await scene.loop.advanceTime(by: .seconds(1))
        #expect(try await scene.sent().dropFirst(2).prefix(2) == [0x11, 0x31])
    }

    private final class Clock: Sendable {
        let date = Mutex(Date(timeIntervalSince1970: 0))
    }

    @Test func waitsForTheClientsSideOfTheEndButNotForEver() async throws {
        for answers in [true, false] {
            let scene = try await Scene()
            scene.hub.close(user: 1, code: .banned, reason: "no")
            #expect(try await scene.sent() == [0x88, 4, 0x11, 0x33] + Array("no".utf8))
            // What the client still says is not heard.
            try await scene.receive(ClientFrame.text("too late"))
            #expect(scene.channel.isActive)
            if answers {
                try await scene.receive(ClientFrame.close(4403))
            } else {
                await scene.loop.advanceTime(by: .seconds(3))
            }
            #expect(!scene.channel.isActive)
        }
    }
}
