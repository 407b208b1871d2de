import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection of plain HTTP/1.1 whose hot requests are answered ahead of the application.
///
/// From the socket up: tap · decoder and encoder · hot answers · the same handlers as every connection has. What is to
/// take over a connection (a WebSocket upgrade) has its place between the decoder and the hot answers.
struct HotHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// How much may wait for the client before no more is written, and when there is room again.
    private static let unsentBytes = ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 192 << 10)

    let responder: HTTPChannelHandler.Responder
    let answers: any HotAnswers
    let limits: NIOHTTPDecoderLimitConfiguration
    let idleTimeout: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            // A usual range fits in whole: else each would tell all handlers twice that there is no more room, and again some.
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: Self.unsentBytes)
            let pipeline = channel.pipeline.syncOperations
            let socket = SocketTap()
            try pipeline.addHandler(socket)
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(
                HotAnswerHandler(answers.connection(), socket: socket, idleTimeout: idleTimeout, logger: logger))
            try pipeline.addHandlers([
                HTTP1ToHTTPServerCodec(secure: false), UnreadBodyHandler(), ParseErrorHandler(),
                // Silence is timed by the handler of hot answers, which sees all requests.
                HTTPConnectionStateHandler(idleTimeout: nil, logger: logger),
            ])
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
