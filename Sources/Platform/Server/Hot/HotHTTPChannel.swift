import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection of HTTP/1.1, whose hot requests are answered ahead of the application where it is not encrypted.
///
/// From the socket up: tap · decoder and encoder · hot answers · what may take the connection over (a WebSocket) · the
/// handlers of Hummingbird.
struct HotHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// How much may wait for the client before no more is written, and when there is room again.
    private static let unsentBytes = ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 192 << 10)

    let responder: HTTPChannelHandler.Responder
    /// Nil for TLS.
    let answers: (any HotAnswers)?
    let upgrade: HTTPServer.Upgrade?
    let limits: NIOHTTPDecoderLimitConfiguration
    let idleTimeout: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            // A usual range fits in whole: else each would tell all handlers twice that there is no more room, and again some.
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: Self.unsentBytes)
            let pipeline = channel.pipeline.syncOperations
            let socket = SocketTap()
            if answers != nil { try pipeline.addHandler(socket) }
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            if let answers {
                try pipeline.addHandler(
                    HotAnswerHandler(answers.connection(), socket: socket, idleTimeout: idleTimeout, logger: logger))
            }
            if let upgrade {
                try pipeline.addHandler(UpgradeHandler(upgrade.upgrade, path: upgrade.path, logger: logger))
            }
            try pipeline.addHandlers([
                HTTP1ToHTTPServerCodec(secure: answers == nil), UnreadBodyHandler(), ParseErrorHandler(),
                // Where there is a handler of hot answers, it times silence, since it sees all requests.
                HTTPConnectionStateHandler(idleTimeout: answers == nil ? .init(idleTimeout) : nil, logger: logger),
            ])
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
