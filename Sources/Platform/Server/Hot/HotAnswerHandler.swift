import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// Answers hot requests behind the HTTP decoder, in raw bytes below the encoder; all others go on unchanged.
///
/// A hot answer is given only while no earlier request of the connection waits for its own and the client has taken
/// what was written before: so answers keep their order, and an unread flood of requests ends in the back-pressure of
/// the usual way. Answers of one burst of requests are flushed together. What tells the usual way that the connection
/// ends (half-close, quiescing) is held until hot answers are out, since it would cut them off.
final class HotAnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a connection that is to be closed waits for a client that takes nothing.
    private static let lastPatience = TimeAmount.seconds(10)

    private let answers: any HotConnection
    private let socket: SocketTap
    private let logger: Logger
    private var silence: SilenceTimer
    private var order = RequestOrder()
    private var heads = HotAnswerHead()
    /// The end of a request whose head was answered here is to come.
    private var isEndAnswered = false
    private var needsFlush = false
    /// Answers were written since it was last looked whether they are out.
    private var isUnchecked = false
    private var isWaiting = false
    private var heldEvents: [any Sendable] = []
    /// No more requests will come, or are to be answered.
    private var isEnding = false
    /// Set when closing waits for the last bytes.
    private var lastSent: EventLoopFuture<Void>?

    /// - Parameter idleTimeout: how long a connection may be silent between and inside requests.
    init(_ answers: any HotConnection, socket: SocketTap, idleTimeout: TimeAmount, logger: Logger) {
        self.answers = answers
        self.socket = socket
        self.logger = logger
        silence = SilenceTimer(timeout: idleTimeout)
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = context.eventLoop.now
        silence.heard(at: now)
        switch unwrapInboundIn(data) {
        case .head(let head):
            if order.isNext, context.channel.isWritable, let request = HotRequest(head),
                let answer = answers.answer(request)
            {
                isEndAnswered = true
                return send(answer, to: request, context, since: now)
            }
            order.passed(isKeepAlive: head.isKeepAlive)
        case .body: break
        case .end:
            if isEndAnswered {
                isEndAnswered = false
                return
            }
            order.passedEnd()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    private func send(
        _ answer: HotAnswer, to request: HotRequest, _ context: ChannelHandlerContext, since start: NIODeadline
    ) {
        let id = request.id ?? heads.makeID()
        socket.write(heads.bytes(answer, id: id, second: time(nil), allocator: context.channel.allocator))
        for bytes in answer.body { socket.write(bytes) }
        needsFlush = true
        let elapsed = context.eventLoop.now - start
        answer.route.record(answer, nanoseconds: elapsed.nanoseconds)
        guard logger.logLevel <= .info else { return }
        AccessLog.log(
            request.isHead ? "HEAD" : "GET", path: request.target.prefix { $0 != "?" }, status: answer.status,
            elapsed: .nanoseconds(elapsed.nanoseconds), id: id, logger)
    }

    // MARK: Answers of the usual way

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "close" }) { order.end() }
        case .body: break
        case .end:
            order.answered()
            silence.heard(at: context.eventLoop.now)
        }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        order.end()
        context.fireErrorCaught(error)
    }

    // MARK: The end of the connection

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let held: (any Sendable)? =
            switch event {
            case ChannelEvent.inputClosed: ChannelEvent.inputClosed
            case is ChannelShouldQuiesceEvent: ChannelShouldQuiesceEvent()
            default: nil
            }
        guard let held else { return context.fireUserInboundEventTriggered(event) }
        order.end()
        isEnding = true
        flush(context)
        guard isWaiting else { return context.fireUserInboundEventTriggered(event) }
        heldEvents.append(held)
    }

    /// The usual way closes right behind the end of its last answer when the server drains or the client has said all it
    /// wanted, and what the client has not taken of it would be lost: so closing waits for that, but not for ever.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, isEnding, lastSent != nil || unsentBytes(context) > 0 else {
            return context.close(mode: mode, promise: promise)
        }
        let sent = lastSent ?? sendLast(context)
        lastSent = sent
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.whenComplete { _ in box.value.close(mode: mode, promise: promise) }
    }

    /// Done when the client has taken all that was written, or took too long.
    private func sendLast(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let sent = context.eventLoop.makePromise(of: Void.self)
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        let deadline = context.eventLoop.scheduleTask(in: Self.lastPatience) {
            box.value.close(mode: .all, promise: nil)
        }
        sent.futureResult.whenComplete { _ in deadline.cancel() }
        socket.write(ByteBuffer(), promise: sent)
        context.flush()
        return sent.futureResult
    }

    func channelInactive(context: ChannelHandlerContext) {
        silence.stop()
        stopWaiting(context)
        context.fireChannelInactive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        silence.start(on: context.eventLoop) {
            let (handler, context) = box.value
            guard context.channel.isActive else { return false }
            guard !handler.order.isAnswering, !handler.isWaiting else { return true }
            context.close(promise: nil)
            return false
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        silence.stop()
        stopWaiting(context)
    }

    // MARK: What the client has not taken yet

    private func flush(_ context: ChannelHandlerContext) {
        guard needsFlush else { return }
        needsFlush = false
        context.flush()
        isUnchecked = true
        if isWaiting { answers.answersWait(on: context.channel) } else { watchUnsent(context) }
    }

    /// Notes whether bytes of hot answers are still here, until they are not.
    private func watchUnsent(_ context: ChannelHandlerContext) {
        isUnchecked = false
        guard unsentBytes(context) > 0 else { return answers.answersAreOut() }
        isWaiting = true
        answers.answersWait(on: context.channel)
        let sent = context.eventLoop.makePromise(of: Void.self)
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            let (handler, context) = box.value
            handler.stopWaiting(context)
        }
        socket.write(ByteBuffer(), promise: sent)
        context.flush()
    }

    private func unsentBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func stopWaiting(_ context: ChannelHandlerContext) {
        guard isWaiting else { return }
        isWaiting = false
        if isUnchecked, context.channel.isActive { watchUnsent(context) } else { answers.answersAreOut() }
        guard !isWaiting else { return }
        let events = heldEvents
        heldEvents = []
        for event in events { context.fireUserInboundEventTriggered(event) }
    }
}
