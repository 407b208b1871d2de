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

    /// Requests whose head has come, and answers whose end has been written. Requests may be pipelined: only the one
    /// that came last can be incomplete, and an answer to an earlier one has nothing to do with it.
    private var requests = 0
    private var answers = 0
    private var requestIsComplete = true
    private var answerHasBegun = false
    /// The answer began while its request was incomplete, and said that the connection ends with it.
    private var closesAfterAnswer = false
    private var answerIsOut = false
    private var discardedBytes = 0
    private var deadline: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requests += 1
            requestIsComplete = false
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
            guard response.status.kind != .informational else { return context.write(data, promise: promise) }
            answerHasBegun = true
            // Whether what is written now answers the request whose body is still coming.
            closesAfterAnswer = !requestIsComplete && requests == answers + 1
            guard closesAfterAnswer else { return context.write(data, promise: promise) }
            response.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(response)), promise: promise)
        case .end where closesAfterAnswer:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in
                let (handler, context) = box.value
                handler.discardTheRest(context)
            }
            context.write(data, promise: written)
        case .end:
            answers += 1
            answerHasBegun = false
            context.write(data, promise: promise)
        case .body:
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
