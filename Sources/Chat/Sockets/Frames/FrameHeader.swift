import NIOCore

/// The beginning of a client's frame (RFC 6455 §5.2), held to the rules before any of the payload is waited for.
struct FrameHeader {
    let kind: FrameKind
    let isFinal: Bool
    /// Bytes of the header itself.
    let size: Int
    let payloadSize: Int
    /// Bytes in the order in which they are sent.
    let mask: UInt32

    /// Reads a header without taking it; nil while not all of it is there.
    init?(at index: Int, in bytes: ByteBuffer) throws(ProtocolViolation) {
        guard let word: UInt16 = bytes.getInteger(at: index) else { return nil }
        kind = try Self.kind(UInt8(word >> 8))
        isFinal = word & 0x8000 != 0
        guard word & 0x80 != 0 else { throw ProtocolViolation("A client's frames have to be masked.") }
        let short = Int(word & 0x7F)
        if kind.isControl {
            guard isFinal else { throw ProtocolViolation("A control frame cannot be in pieces.") }
            guard short <= WireFrame.maximumControlBytes else {
                throw ProtocolViolation("A control frame is too long.")
            }
        }
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard let length = try Self.length(short, at: index + 2, in: bytes) else { return nil }
        guard length <= WireFrame.maximumPayloadBytes else {
            throw ProtocolViolation(.tooLarge, "A frame may have \(WireFrame.maximumPayloadBytes) bytes.")
        }
        guard let mask: UInt32 = bytes.getInteger(at: index + 2 + extra, endianness: .host) else { return nil }
        self.mask = mask
        payloadSize = Int(length)
        size = 6 + extra
    }

    private static func kind(_ byte: UInt8) throws(ProtocolViolation) -> FrameKind {
        guard byte & 0x70 == 0 else { throw ProtocolViolation("A reserved bit is set.") }
        guard byte & 0x0F != 0x2 else {
            throw ProtocolViolation(.unsupportedData, "Messages are text here, never binary.")
        }
        guard let kind = FrameKind(rawValue: byte & 0x0F) else {
            throw ProtocolViolation("There is no such kind of frame.")
        }
        return kind
    }

    /// Nil while not all of it is there.
    private static func length(_ short: Int, at index: Int, in bytes: ByteBuffer) throws(ProtocolViolation) -> UInt64? {
        let length: UInt64
        switch short {
        case 126:
            guard let long: UInt16 = bytes.getInteger(at: index) else { return nil }
            length = UInt64(long)
            guard length > 125 else { throw ProtocolViolation("A length is longer than it has to be.") }
        case 127:
            guard let long: UInt64 = bytes.getInteger(at: index) else { return nil }
            length = long
            guard length >> 63 == 0, length > 0xFFFF else { throw ProtocolViolation("A length is not one.") }
        default: length = UInt64(short)
        }
        return length
    }
}
