import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// One connection to a Redis server: commands are answered in their order, and between them come the messages of what
/// was subscribed to.
struct RedisConnection: Sendable {
    private static let connectTimeout = TimeAmount.seconds(3)
    private static let replyTimeout = TimeAmount.seconds(3)

    fileprivate struct Request: Sendable {
        let bytes: ByteBuffer
        let reply: EventLoopPromise<RESPValue>
    }

    private let channel: any Channel

    /// Connects and authenticates.
    /// - Parameter onMessage: told each message; must return at once.
    static func open(_ address: RedisAddress, onMessage: @escaping @Sendable (String) -> Void) async throws
        -> RedisConnection
    {
        let tls = address.isEncrypted ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        // Names are checked; an address has none to be shown.
                        let isAddress = (try? SocketAddress(ipAddress: address.host, port: 0)) != nil
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : address.host))
                    }
                    try pipeline.addHandler(Handler(onMessage: onMessage))
                }
            }
            .connect(host: address.host, port: address.port).get()
        let connection = RedisConnection(channel: channel)
        if let authentication = address.authentication { try await connection.send(authentication) }
        return connection
    }

    private init(channel: any Channel) { self.channel = channel }

    /// Ends when the connection does.
    func closed() async { try? await channel.closeFuture.get() }

    func close() { channel.close(promise: nil) }

    /// Sends a command and waits for its answer. One that takes too long ends the connection.
    @discardableResult
    func send(_ words: [String]) async throws -> RESPValue {
        let reply = channel.eventLoop.makePromise(of: RESPValue.self)
        let channel = channel
        let deadline = channel.eventLoop.scheduleTask(in: Self.replyTimeout) { channel.close(promise: nil) }
        defer { deadline.cancel() }
        channel.writeAndFlush(Request(bytes: RESPValue.command(words), reply: reply)).whenFailure { reply.fail($0) }
        switch try await reply.futureResult.get() {
        case .error(let message): throw RedisError(message)
        case let value: return value
        }
    }

    /// Pairs answers with commands.
    private final class Handler: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = Request
        typealias OutboundOut = ByteBuffer

        private let onMessage: @Sendable (String) -> Void
        private var parser = RESPParser()
        private var replies = CircularBuffer<EventLoopPromise<RESPValue>>()

        init(onMessage: @escaping @Sendable (String) -> Void) { self.onMessage = onMessage }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            let request = unwrapOutboundIn(data)
            replies.append(request.reply)
            context.write(wrapOutboundOut(request.bytes), promise: promise)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            parser.append(unwrapInboundIn(data))
            do {
                while let value = try parser.next() { take(value) }
            } catch {
                context.close(promise: nil)
            }
        }

        private func take(_ value: RESPValue) {
            if case .array(let parts) = value, parts.count == 3, parts[0] == .bulk("message"),
                case .bulk(let text?) = parts[2]
            {
                return onMessage(text)
            }
            replies.popFirst()?.succeed(value)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelInactive(context: ChannelHandlerContext) {
            while let reply = replies.popFirst() { reply.fail(RedisError("The connection to Redis has ended.")) }
            context.fireChannelInactive()
        }
    }
}
