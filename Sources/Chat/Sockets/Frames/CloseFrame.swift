import NIOCore

/// The payload of a close frame (RFC 6455 §5.5.1, §7.4).
struct CloseFrame: Hashable, Sendable {
    /// Longest reason in bytes: the code takes two of a control frame's.
    private static let maximumReasonBytes = WireFrame.maximumControlBytes - 2

    /// Nil where the client gave none.
    let code: UInt16?

    /// Reads a client's.
    init(_ payload: ByteBuffer) throws(ProtocolViolation) {
        var payload = payload
        guard payload.readableBytes > 0 else {
            code = nil
            return
        }
        guard let code: UInt16 = payload.readInteger(), Self.mayBeSent(code) else {
            throw ProtocolViolation("A close frame has a code that cannot be sent.")
        }
        var validator = TextValidator()
        guard validator.accept(payload), validator.isComplete else {
            throw ProtocolViolation(.invalidText, "A close frame's reason is not UTF-8.")
        }
        self.code = code
    }

    /// Those that have a meaning on the wire (§7.4.1 and the registry of §11.7), and those for libraries and
    /// applications.
    private static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// What answers a client's close frame: its own code.
    var answer: ByteBuffer {
        var payload = ByteBuffer()
        if let code { payload.writeInteger(code) }
        return WireFrame.encoded(.close, payload)
    }

    /// A close frame of ours; a long reason is cut between two characters.
    static func encoded(_ code: CloseCode, reason: String) -> ByteBuffer {
        var payload = ByteBuffer()
        payload.writeInteger(code.rawValue)
        var bytes = 0
        for character in reason.unicodeScalars {
            bytes += UTF8.width(character)
            guard bytes <= maximumReasonBytes else { break }
            payload.writeString(String(character))
        }
        return WireFrame.encoded(.close, payload)
    }
}
