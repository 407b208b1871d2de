package import Foundation
import NIOCore
import NIOPosix

/// Bytes to a server as they are, for what no HTTP client would send.
package enum RawConnection {
    /// Sends bytes and closes at once, in the middle of whatever it is.
    package static func send(to url: String, _ head: String, body: Data = Data()) async throws {
        let channel = try await connect(url) { channel in channel.eventLoop.makeSucceededVoidFuture() }
        var buffer = ByteBuffer(string: head)
        buffer.writeBytes(body)
        try await channel.writeAndFlush(buffer)
        try await channel.close()
    }

    /// Sends bytes and returns all that comes until the server closes.
    package static func exchange(with url: String, _ head: String, body: Data = Data()) async throws -> String {
        let received = Received()
        let channel = try await connect(url) { channel in
            channel.pipeline.addHandler(Collector(received))
        }
        var buffer = ByteBuffer(string: head)
        buffer.writeBytes(body)
        // A server that refuses may close before it has read everything: its answer is what counts.
        try? await channel.writeAndFlush(buffer)
        try? await channel.closeFuture.get()
        return received.text
    }

    private static func connect(
        _ url: String, _ initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        guard let address = URLComponents(string: url), let host = address.host, let port = address.port else {
            throw TestFailure("\(url) is no address")
        }
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer(initialize).connect(host: host, port: port).get()
    }

    /// `@unchecked Sendable`: written on the channel's event loop only, and read after the channel has closed.
    private final class Received: @unchecked Sendable {
        var text = ""
    }

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let received: Received
        init(_ received: Received) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.text += String(buffer: unwrapInboundIn(data))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
