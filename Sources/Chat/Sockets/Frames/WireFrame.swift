import NIOCore

/// What a frame is for (RFC 6455 §5.2), but for binary ones, which nobody sends here.
enum FrameKind: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    var isControl: Bool { rawValue & 0x8 != 0 }
}

/// One frame as a client sent it, its mask taken off.
struct WireFrame: Sendable {
    /// Bytes of the payload of one frame, and of one message.
    static let maximumPayloadBytes = 64 << 10
    /// The longest payload of a control frame (§5.5).
    static let maximumControlBytes = 125

    let kind: FrameKind
    let isFinal: Bool
    let payload: ByteBuffer
}

/// What a client did that ends its connection.
struct ProtocolViolation: Error, Hashable {
    let code: CloseCode
    let reason: String

    init(_ code: CloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Of the protocol itself.
    init(_ reason: String) { self.init(.protocolError, reason) }
}

extension WireFrame {
    /// A frame as servers send it: whole, without a mask.
    static func encoded(_ kind: FrameKind, _ payload: ByteBuffer) -> ByteBuffer {
        let count = payload.readableBytes
        var frame = ByteBufferAllocator().buffer(capacity: count + 10)
        frame.writeInteger(0x80 | kind.rawValue)
        switch count {
        case ...125: frame.writeInteger(UInt8(count))
        case ...0xFFFF:
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(count))
        default:
            frame.writeInteger(UInt8(127))
            frame.writeInteger(UInt64(count))
        }
        frame.writeImmutableBuffer(payload)
        return frame
    }
}
