import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Platform

struct UpgradeHandlerTests {
    private struct Upgrade: ConnectionUpgrade {
        let abandoned: @Sendable () -> Void

        func decide(_ request: UpgradeRequest) async -> UpgradeDecision {
            .accepted(
                AcceptedUpgrade(headers: ["Upgrade": "echo"], makeHandler: { _ in Echo() }, abandon: abandoned))
        }
    }

    /// Greets as soon as it is there, and gives back what it reads.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func handlerAdded(context: ChannelHandlerContext) { write("hello", context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            write(String(buffer: unwrapInboundIn(data)), context)
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }

    private final class NoAnswers: HotConnection {
        func answer(_ request: HotRequest) -> HotAnswer? { nil }
        func answersWait(on channel: any Channel) {}
        func answersAreOut() {}
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func connect(abandoned: @escaping @Sendable () -> Void = {}) async throws -> NIOAsyncTestingChannel {
        let channel = try await NIOAsyncTestingChannel { channel in
            let pipeline = channel.pipeline.syncOperations
            let socket = SocketTap()
            try pipeline.addHandler(socket)
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false)
            try pipeline.addHandler(
                HotAnswerHandler(NoAnswers(), socket: socket, idleTimeout: .seconds(75), logger: Self.logger))
            try pipeline.addHandler(UpgradeHandler(Upgrade(abandoned: abandoned), path: "/ws", logger: Self.logger))
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        return channel
    }

    private func text(_ channel: NIOAsyncTestingChannel, until end: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(end) {
            text += String(buffer: try await channel.waitForOutboundWrite(as: ByteBuffer.self))
        }
        return text
    }

    /// Until HTTP's handlers are gone, each of them would take such bytes for an answer, which stops the program.
    @Test func whatTakesOverMayWriteAtOnce() async throws {
        let channel = try await connect()
        try await channel.writeInbound(ByteBuffer(string: "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n"))
        let answer = try await text(channel, until: "hello")
        #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n"))
        try await channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        #expect(try await text(channel, until: "\r\n\r\n") == "GET / HTTP/1.1\r\n\r\n")
        try await channel.close()
    }
}
