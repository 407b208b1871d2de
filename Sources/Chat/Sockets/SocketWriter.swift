import Glibc
import NIOCore

/// What goes out to one client, always on its event loop. Frames gather during a turn of the loop and leave in one write: to
/// the socket itself where nothing waits before them, else through the channel, which sends them as the client takes them.
///
/// The channel's own way costs as much as the kernel's does for a small write: a place in its queue, a flush, an `iovec`.
final class SocketWriter {
    private let context: ChannelHandlerContext
    /// Nil where all goes through the channel.
    private var descriptor: CInt?
    private var first: ByteBuffer?
    private var others: [ByteBuffer] = []
    /// Bytes that gather.
    private(set) var gatheredBytes = 0
    /// Writes that the channel has not done yet: what comes goes behind them.
    private var outstanding = 0

    init(_ context: ChannelHandlerContext, descriptor: CInt?) {
        self.context = context
        self.descriptor = descriptor
    }

    /// Bytes that the kernel has not taken.
    var unsentBytes: Int {
        let waiting = outstanding == 0 ? 0 : (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return gatheredBytes + waiting
    }

    func add(_ bytes: ByteBuffer) {
        gatheredBytes += bytes.readableBytes
        if first == nil { first = bytes } else { others.append(bytes) }
    }

    /// Sends what has gathered.
    func flush() {
        guard let first else { return }
        let others = others
        self.first = nil
        if !others.isEmpty { self.others = [] }
        gatheredBytes = 0
        guard let descriptor, outstanding == 0, context.channel.isActive else {
            // Not joined: what waits is shared with others who are sent the same.
            return write([first] + others)
        }
        var bytes = first
        if !others.isEmpty {
            bytes.reserveCapacity(minimumWritableBytes: others.reduce(0) { $0 + $1.readableBytes })
            for other in others { bytes.writeImmutableBuffer(other) }
        }
        bytes.moveReaderIndex(forwardBy: Self.send(bytes, descriptor))
        if bytes.readableBytes > 0 { write([bytes]) }
    }

    /// The connection has ended, and the socket is no more.
    func end() { descriptor = nil }

    /// How many bytes the kernel took. What is wrong with the socket the channel finds out when it gets the rest.
    private static func send(_ bytes: ByteBuffer, _ descriptor: CInt) -> Int {
        bytes.withUnsafeReadableBytes { bytes in
            max(0, Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT)))
        }
    }

    private func write(_ buffers: [ByteBuffer]) {
        let written = context.eventLoop.makePromise(of: Void.self)
        let box = NIOLoopBound(self, eventLoop: context.eventLoop)
        outstanding += 1
        written.futureResult.whenComplete { _ in box.value.outstanding -= 1 }
        for buffer in buffers.dropLast() { context.write(NIOAny(buffer), promise: nil) }
        if let last = buffers.last { context.writeAndFlush(NIOAny(last), promise: written) }
    }
}
