import NIOCore

/// What a client's bytes mean: messages, and what belongs to the connection itself. A state machine without I/O
/// (RFC 6455 §5.4 to §5.6).
struct MessageReader {
    enum Event: Hashable {
        case text(ByteBuffer)
        case ping(ByteBuffer)
        case pong
        /// Nothing is read behind either of these.
        case closed(CloseFrame)
        case violated(ProtocolViolation)
    }

    /// Most pieces of one message: enough for anybody who has something to say, and an end to empty ones.
    private static let maximumPieces = 4_096

    /// A message of which not all pieces have come.
    private struct Partial {
        var text: ByteBuffer
        var validator = TextValidator()
        var pieces = 0
    }

    private var frames = FrameReader()
    private var partial: Partial?
    private var hasEnded = false

    /// Bytes that wait to be understood.
    var waitingBytes: Int { frames.waitingBytes }

    mutating func append(_ bytes: ByteBuffer) {
        if !hasEnded { frames.append(bytes) }
    }

    /// What comes next; nil until more bytes come.
    mutating func next() -> Event? {
        guard !hasEnded else { return nil }
        do throws(ProtocolViolation) {
            while let frame = try frames.next() {
                guard let event = try event(of: frame) else { continue }
                if case .closed = event { end() }
                return event
            }
            return nil
        } catch {
            end()
            return .violated(error)
        }
    }

    private mutating func end() {
        hasEnded = true
        frames.clear()
        partial = nil
    }

    /// Nil for a piece that is not the last.
    private mutating func event(of frame: WireFrame) throws(ProtocolViolation) -> Event? {
        switch frame.kind {
        case .ping: return .ping(frame.payload)
        case .pong: return .pong
        case .close: return .closed(try CloseFrame(frame.payload))
        case .text:
            guard partial == nil else { throw ProtocolViolation("A message begins inside another.") }
            return try take(frame, after: Partial(text: ByteBuffer()))
        case .continuation:
            guard let begun = partial else { throw ProtocolViolation("A message goes on that has not begun.") }
            partial = nil
            return try take(frame, after: begun)
        }
    }

    private mutating func take(_ frame: WireFrame, after begun: consuming Partial) throws(ProtocolViolation) -> Event? {
        var message = begun
        guard message.text.readableBytes + frame.payload.readableBytes <= WireFrame.maximumPayloadBytes else {
            throw ProtocolViolation(.tooLarge, "A message may have \(WireFrame.maximumPayloadBytes) bytes.")
        }
        guard message.validator.accept(frame.payload), !frame.isFinal || message.validator.isComplete else {
            throw ProtocolViolation(.invalidText, "A message is not UTF-8.")
        }
        message.pieces += 1
        guard message.pieces <= Self.maximumPieces else {
            throw ProtocolViolation(.policyViolation, "A message is in too many pieces.")
        }
        if message.pieces == 1 {
            message.text = frame.payload
        } else {
            message.text.writeImmutableBuffer(frame.payload)
        }
        guard frame.isFinal else {
            partial = message
            return nil
        }
        return .text(message.text)
    }
}
