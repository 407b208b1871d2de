import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Looks for requests that ask for an upgrade, and hands the connection over to what is made of it.
///
/// It stands behind the HTTP decoder. All that stands behind this handler in turn learns nothing of such a request: it
/// sees a connection that is silent until it ends, and nothing it does about that comes through any more.
final class UpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// HTTP as usual.
        case passing
        case deciding
        /// Answered: the rest of the request is thrown away.
        case refused
        /// Answered; what knows HTTP is being removed.
        case upgrading
        case upgraded
    }

    /// How long the whole handshake may take; a refused connection gets as much of it for the rest of its request as
    /// others (RFC 9112 §9.6).
    private static let patience = TimeAmount.seconds(10)
    private static let maximumDiscardTime = TimeAmount.seconds(2)

    private let upgrade: any ConnectionUpgrade
    /// The path whose requests ask for it; nil where all do.
    private let path: String?
    private let logger: Logger
    private var state = State.passing
    /// Requests that went on and are not answered: an answer must not get ahead of theirs.
    private var outstanding = 0
    private var isRequestComplete = false
    private var holdsRead = false
    private var deadline: Scheduled<Void>?
    private var start = NIODeadline.now()

    init(_ upgrade: any ConnectionUpgrade, path: String?, logger: Logger) {
        self.upgrade = upgrade
        self.path = path
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard path == nil else { return }
        // Nothing else looks after a connection that never asks for anything.
        setDeadline(context, in: Self.patience) { handler, context in
            guard case .passing = handler.state else { return handler.refuse(context, nil, .overloaded) }
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.passing, .head(let head)) where isAskedFor(by: head) && outstanding == 0:
            begin(context, head)
        case (.passing, let part):
            if case .head = part { outstanding += 1 }
            context.fireChannelRead(data)
        case (.deciding, .end):
            isRequestComplete = true
        case (.refused, .end):
            context.close(promise: nil)
        case (.deciding, _), (.refused, _), (.upgrading, _), (.upgraded, _): break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .passing = state { context.fireChannelReadComplete() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .passing = state, path != nil else {
            if case .passing = state, error is HTTPParserError {
                return refuse(context, nil, Problem.malformedUpgrade, isBroken: true)
            }
            return context.close(promise: nil)
        }
        context.fireErrorCaught(error)
    }

    private func isAskedFor(by head: HTTPRequestHead) -> Bool {
        guard let path else { return true }
        return head.uri == path || head.uri.hasPrefix(path + "?")
    }

    private func begin(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        state = .deciding
        start = context.eventLoop.now
        let request = UpgradeRequest(head: head, remoteAddress: context.channel.remoteAddress?.ipAddress ?? "")
        if path != nil {
            setDeadline(context, in: Self.patience) { handler, context in handler.refuse(context, head, .overloaded) }
        }
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let decided = context.eventLoop.makePromise(of: UpgradeDecision.self)
        decided.completeWithTask { [upgrade] in await upgrade.decide(request) }
        decided.futureResult.whenSuccess { decision in
            let (handler, context) = box.value
            handler.follow(decision, context, head)
        }
    }

    private func follow(_ decision: UpgradeDecision, _ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        guard case .deciding = state, context.channel.isActive else {
            if case .accepted(let accepted) = decision { accepted.abandon() }
            return
        }
        switch decision {
        case .refused(let problem): refuse(context, head, problem)
        case .accepted(let accepted): hand(over: accepted, context, head)
        }
    }

    // MARK: Answers

    private func hand(over accepted: AcceptedUpgrade, _ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        deadline?.cancel()
        state = .upgrading
        send(context, head, status: .switchingProtocols, accepted.headers, body: nil, promise: nil)
        let removed = [
            Self.remove(HotAnswerHandler.self, from: context),
            Self.remove(HTTPResponseEncoder.self, from: context),
            Self.remove(ByteToMessageHandler<HTTPRequestDecoder>.self, from: context),
        ]
        // The new handler may write as soon as it is there, and all of these take what is written for HTTP.
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        EventLoopFuture.andAllComplete(removed, on: context.eventLoop).whenComplete { _ in
            let (handler, context) = box.value
            handler.install(accepted, context)
        }
    }

    private func install(_ accepted: AcceptedUpgrade, _ context: ChannelHandlerContext) {
        state = .upgraded
        guard context.channel.isActive else { return accepted.abandon() }
        do {
            // On the socket's side: what comes in is its own.
            try context.pipeline.syncOperations.addHandler(
                accepted.makeHandler(Self.connection(context)), position: .before(self))
        } catch {
            accepted.abandon()
            context.close(promise: nil)
        }
        releaseRead(context)
    }

    private static func connection(_ context: ChannelHandlerContext) -> UpgradedConnection {
        let (channel, pipeline) = (context.channel, context.pipeline.syncOperations)
        let isEncrypted = (try? pipeline.context(handlerType: NIOSSLServerHandler.self)) != nil
        let waiting = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard !isEncrypted, waiting == 0 else { return UpgradedConnection(channel: channel, descriptor: nil) }
        let descriptor = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return UpgradedConnection(channel: channel, descriptor: descriptor ?? nil)
    }

    /// Done when the handler is gone, or was never there.
    private static func remove<Handler: RemovableChannelHandler>(
        _ type: Handler.Type, from context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        let pipeline = context.pipeline.syncOperations
        guard let found = try? pipeline.context(handlerType: type) else {
            return context.eventLoop.makeSucceededVoidFuture()
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        pipeline.removeHandler(context: found, promise: promise)
        return promise.futureResult
    }

    /// - Parameter isBroken: nothing more of the request can be read.
    private func refuse(
        _ context: ChannelHandlerContext, _ head: HTTPRequestHead?, _ problem: Problem, isBroken: Bool = false
    ) {
        state = .refused
        var headers: HTTPHeaders = ["Content-Type": "application/json", "Cache-Control": "no-store"]
        for field in problem.headers { headers.add(name: field.name.rawName, value: field.value) }
        let written = context.eventLoop.makePromise(of: Void.self)
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = box.value
            guard !handler.isRequestComplete, !isBroken else { return context.close(promise: nil) }
            handler.setDeadline(context, in: Self.maximumDiscardTime) { $1.close(promise: nil) }
        }
        send(
            context, head, status: .init(statusCode: problem.status.code), headers, body: problem.encoded,
            promise: written)
        releaseRead(context)
    }

    private func send(
        _ context: ChannelHandlerContext, _ request: HTTPRequestHead?, status: HTTPResponseStatus,
        _ headers: HTTPHeaders, body: ByteBuffer?, promise: EventLoopPromise<Void>?
    ) {
        var headers = headers
        let id = RequestIdentification.identifier(request?.headers.first(name: "x-request-id"))
        headers.add(name: "X-Request-Id", value: id)
        if let body {
            headers.add(name: "Content-Length", value: String(body.readableBytes))
            headers.add(name: "Connection", value: "close")
        }
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        if let body, request?.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
        guard let request else { return }
        // Never the query: it may hold a token.
        let elapsed = context.eventLoop.now - start
        AccessLog.log(
            request.method.rawValue, path: request.uri.prefix { $0 != "?" }, status: Int(status.code),
            elapsed: .nanoseconds(elapsed.nanoseconds), id: id, logger)
    }

    private func setDeadline(
        _ context: ChannelHandlerContext, in time: TimeAmount,
        _ onTime: @escaping @Sendable (UpgradeHandler, ChannelHandlerContext) -> Void
    ) {
        deadline?.cancel()
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: time) {
            let (handler, context) = box.value
            onTime(handler, context)
        }
    }

    // MARK: What the usual way does

    func read(context: ChannelHandlerContext) {
        switch state {
        case .deciding where isRequestComplete, .upgrading: holdsRead = true
        default: context.read()
        }
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        guard holdsRead else { return }
        holdsRead = false
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .passing = state else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if case .end = unwrapOutboundIn(data) { outstanding = max(0, outstanding - 1) }
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch state {
        case .passing: context.close(mode: mode, promise: promise)
        case .deciding, .refused, .upgrading, .upgraded: promise?.succeed()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch state {
        case .passing: context.fireUserInboundEventTriggered(event)
        case .deciding, .refused, .upgrading:
            if event is ChannelShouldQuiesceEvent || (event as? ChannelEvent) == .inputClosed {
                context.close(promise: nil)
            }
        case .upgraded: break
        }
    }
}

extension Problem {
    fileprivate static let overloaded = Problem(
        .serviceUnavailable, code: "overloaded", "The server took too long to answer; come again in a moment.",
        retryAfterSeconds: 5)
    fileprivate static let malformedUpgrade = Problem(
        .badRequest, code: "malformed_request", "The request is not valid HTTP/1.1.")
}
