import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What happens to a body that the application does not read: when the answer goes out before the request is complete,
/// the connection is closed after it, and at most 1 MiB or 2 s of the rest is thrown away first, so that the client,
/// still sending, gets to see the answer (RFC 9112 §9.6). It also sends `100 Continue` when the application asks for it.
final class UnreadBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    static let maximumDiscardedBytes = 1 << 20
    static let maximumDiscardTime = TimeAmount.seconds(2)

    private var requestIsComplete = true
    private var answerHasBegun = false
    private var answerIsOut = false
    private var discardedBytes = 0
    private var deadline: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requestIsComplete = false
            answerHasBegun = false
        case .body(let bytes):
            if answerIsOut {
                discardedBytes += bytes.readableBytes
                if discardedBytes > Self.maximumDiscardedBytes { return context.close(promise: nil) }
            }
        case .end:
            requestIsComplete = true
            if answerIsOut { return context.close(promise: nil) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var response):
            answerHasBegun = true
            guard !requestIsComplete else { return context.write(data, promise: promise) }
            response.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(response)), promise: promise)
        case .end where !requestIsComplete:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in
                let (handler, context) = box.value
                handler.discardTheRest(context)
            }
            context.write(data, promise: written)
        default:
            context.write(data, promise: promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is SendContinue else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if !answerHasBegun {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    private func discardTheRest(_ context: ChannelHandlerContext) {
        guard !requestIsComplete else { return context.close(promise: nil) }
        answerIsOut = true
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.maximumDiscardTime) { box.value.close(promise: nil) }
    }
}

/// Asks ``UnreadBodyHandler`` to send `100 Continue`.
struct SendContinue: Sendable {}
