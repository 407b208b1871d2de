import Foundation
import NIOCore

/// One client's connection from the handshake to its end, always on its event loop: bytes in, frames out.
///
/// While a message is being handled the next ones wait, and with enough of them the connection is not read any more. What a
/// client does not take waits up to a bound; then the client is let go, and resumes when it comes again.
final class SocketConnection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case open
        /// A close frame is out, or on its way; what still comes is not listened to.
        case closing
        case ended
    }

    let socket: OpenSocket
    /// Where this connection stands among the members of the conversations that it listens to.
    var places: [Int: Int] = [:]

    private let hub: SocketHub
    private let handler: any SocketHandler
    private let descriptor: CInt?
    private var context: ChannelHandlerContext?
    private var writer: SocketWriter?
    private var phase = Phase.open
    private var reader = MessageReader()
    /// What came behind the messages that are being handled.
    private var postponed: MessageReader.Event?
    /// The handler has not returned.
    private var isBusy = false
    private var holdsRead = false
    private var isCrowded = false
    private var awaitsFlush = false
    private var missedPings = 0
    private var nextPing = NIODeadline.distantFuture
    private var deadline: Scheduled<Void>?
    /// How much of a run of frames was sent ahead of it.
    private var runNumber = 0
    private var runOffset = 0

    private var policy: SocketPolicy { hub.policy }

    /// Messages that are handled one after another without coming back to the event loop in between.
    private static let maximumMessages = 64

    /// - Parameter descriptor: the channel's socket, where it may be written to.
    init(_ socket: OpenSocket, hub: SocketHub, handler: any SocketHandler, descriptor: CInt? = nil) {
        self.socket = socket
        self.hub = hub
        self.handler = handler
        self.descriptor = descriptor
    }

    // MARK: Beginning and end

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        writer = SocketWriter(context, descriptor: descriptor)
        try? context.channel.syncOptions?.setOption(
            .writeBufferWaterMark, value: .init(low: policy.crowdedBytes / 2, high: policy.crowdedBytes))
        nextPing = context.eventLoop.now + policy.heartbeat
        hub.loop(of: socket.id).add(self)
        hub.register.add(socket)
        hub.metrics.open(hub.register.count)
        let (handler, socket) = (handler, socket)
        work(on: context.eventLoop) { await handler.opened(socket) }
        if hub.register.isClosed { close(.goingAway, reason: Self.shutdown) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        self.context = nil
        writer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .ended
        socket.end()
        writer?.end()
        deadline?.cancel()
        hub.loop(of: socket.id).remove(self)
        hub.register.remove(socket)
        if !isBusy { sayClosed(on: context.eventLoop) }
        context.fireChannelInactive()
    }

    /// The last thing that the handler hears of this socket.
    private func sayClosed(on eventLoop: any EventLoop) {
        let (handler, socket, hub) = (handler, socket, hub)
        // Outlives the connection: the shutdown waits for it through the register.
        Task {
            await handler.closed(socket)
            hub.register.leave(socket.userID)
            hub.metrics.open(hub.register.count)
        }
    }

    /// Has the handler do something, and nothing else until it is done.
    private func work(on eventLoop: any EventLoop, _ body: @escaping @Sendable () async -> Void) {
        isBusy = true
        let box = NIOLoopBound(self, eventLoop: eventLoop)
        // Event loops cannot wait for it; at most one runs for each connection.
        Task(executorPreference: hub.loop(of: socket.id).executor) {
            await body()
            guard !eventLoop.inEventLoop else { return box.value.workIsDone(on: eventLoop) }
            eventLoop.execute { box.value.workIsDone(on: eventLoop) }
        }
    }

    private func workIsDone(on eventLoop: any EventLoop) {
        isBusy = false
        if case .ended = phase { return sayClosed(on: eventLoop) }
        process()
        releaseRead()
    }

    // MARK: What the client sends

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        missedPings = 0
        reader.append(unwrapInboundIn(data))
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { return close(.goingAway, reason: Self.shutdown) }
        // RFC 6455 knows no half of a connection.
        if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { isCrowded = !context.channel.isWritable }

    func read(context: ChannelHandlerContext) {
        if isBusy, reader.waitingBytes > policy.maximumUnreadBytes { holdsRead = true } else { context.read() }
    }

    private func releaseRead() {
        guard holdsRead else { return }
        holdsRead = false
        context?.read()
    }

    private func process() {
        while true {
            switch phase {
            case .open:
                guard !isBusy, let event = nextEvent() else { return }
                take(event)
            case .closing:
                guard let event = nextEvent() else { return }
                takeLast(event)
            case .ended: return
            }
        }
    }

    private func nextEvent() -> MessageReader.Event? {
        defer { postponed = nil }
        return postponed ?? reader.next()
    }

    /// Has the handler take a message, and those that have come right behind it.
    private func handle(_ text: ByteBuffer, on eventLoop: any EventLoop) {
        var texts = [text]
        var bytes = text.readableBytes
        while texts.count < Self.maximumMessages, bytes < policy.maximumUnreadBytes, let event = reader.next() {
            guard case .text(let next) = event else {
                postponed = event
                break
            }
            texts.append(next)
            bytes += next.readableBytes
        }
        hub.metrics.received(texts.count)
        let (handler, socket) = (handler, socket)
        work(on: eventLoop) { [texts] in
            for text in texts where !socket.hasEnded { await handler.received(text, from: socket) }
        }
    }

    private func take(_ event: MessageReader.Event) {
        guard let context else { return }
        switch event {
        case .text(let text): handle(text, on: context.eventLoop)
        case .ping(let payload):
            if deliver(WireFrame.encoded(.pong, payload), frames: 1, .kept) { flush() }
        case .pong: break
        case .closed(let frame): end(context, with: frame.answer) { $0.close(promise: nil) }
        case .violated(let violation):
            hub.metrics.closed(violation.code)
            // The client learns the reason, and that nothing more is read; the rest of what it sends is thrown away.
            end(context, with: CloseFrame.encoded(violation.code, reason: violation.reason)) {
                $0.close(mode: .output, promise: nil)
            }
        }
    }

    /// Behind our close frame only the client's own counts.
    private func takeLast(_ event: MessageReader.Event) {
        switch event {
        case .closed, .violated: context?.close(promise: nil)
        case .text, .ping, .pong: break
        }
    }

    // MARK: What it gets

    /// Ends it with a close frame behind what was sent before.
    func close(_ code: CloseCode, reason: String) {
        guard case .open = phase, let context else { return }
        hub.metrics.closed(code)
        end(context, with: CloseFrame.encoded(code, reason: reason)) { _ in }
        releaseRead()
        process()
    }

    private func end(
        _ context: ChannelHandlerContext, with frame: ByteBuffer,
        whenWritten: @escaping @Sendable (ChannelHandlerContext) -> Void
    ) {
        phase = .closing
        socket.end()
        flush()
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenSuccess { whenWritten(box.value) }
        context.writeAndFlush(wrapOutboundOut(frame), promise: written)
        deadline = context.eventLoop.scheduleTask(in: policy.closeTimeout) { box.value.close(promise: nil) }
    }

    /// Has frames go out with the next flush; false where the client does not get them.
    func deliver(_ bytes: ByteBuffer, frames: Int, _ importance: Importance) -> Bool {
        guard case .open = phase, let writer else { return false }
        // Much in one turn is no fault of the reader's.
        if isCrowded || writer.gatheredBytes > policy.crowdedBytes { flush() }
        if isCrowded {
            guard importance == .kept else {
                hub.metrics.dropped(frames, .crowded)
                return false
            }
            guard writer.unsentBytes + bytes.readableBytes <= policy.maximumUnsentBytes else {
                hub.metrics.dropped(frames, .slow)
                close(.tryAgainLater, reason: "This connection is read too slowly: come again and resume.")
                return false
            }
        }
        writer.add(bytes)
        return true
    }

    /// True the first time after a flush.
    func claimFlush() -> Bool {
        guard !awaitsFlush else { return false }
        awaitsFlush = true
        return true
    }

    func flush() {
        awaitsFlush = false
        writer?.flush()
    }

    /// Notes that a run was sent as far as this.
    func mark(_ run: Int, _ offset: Int) {
        runNumber = run
        runOffset = offset
    }

    func marked(in run: Int) -> Int { runNumber == run ? runOffset : 0 }

    // MARK: Time

    /// Sends a ping when it is due, and ends what has died or expired.
    func sweep(at time: NIODeadline, _ date: Date) {
        guard case .open = phase, let context else { return }
        if let expiresAt = socket.expiresAt, expiresAt <= date {
            return close(.sessionEnded, reason: "The access token has expired.")
        }
        guard time >= nextPing else { return }
        // Nobody reads what it may have sent while the handler is busy.
        if holdsRead { missedPings = 0 }
        guard missedPings < policy.maximumMissedPings else { return context.close(promise: nil) }
        missedPings += 1
        nextPing = time + policy.heartbeat
        if deliver(WireFrame.encoded(.ping, ByteBuffer()), frames: 1, .kept) { flush() }
    }

    private static let shutdown = "The server is shutting down: come again and resume."
}
