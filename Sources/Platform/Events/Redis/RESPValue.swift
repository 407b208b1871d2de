import NIOCore

/// A value of Redis' protocol (RESP2), as far as publishing and subscribing needs it.
enum RESPValue: Hashable {
    case simple(String)
    case error(String)
    case integer(Int)
    /// Nil for none.
    case bulk(String?)
    case array([RESPValue])

    /// What a client sends: an array of texts.
    static func command(_ words: [String]) -> ByteBuffer {
        var bytes = ByteBuffer(string: "*\(words.count)\r\n")
        for word in words { bytes.writeString("$\(word.utf8.count)\r\n\(word)\r\n") }
        return bytes
    }
}

/// A server that does not speak RESP, or refused a command.
struct RedisError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Makes values of bytes, however these were split on their way.
struct RESPParser {
    private static let maximumTextBytes = 64 << 10
    private static let maximumElements = 64
    private static let maximumDepth = 4

    private var waiting = ByteBuffer()

    mutating func append(_ bytes: ByteBuffer) { waiting.writeImmutableBuffer(bytes) }

    /// The next whole value; nil until more bytes come.
    mutating func next() throws(RedisError) -> RESPValue? {
        var rest = waiting
        guard let value = try Self.value(&rest, depth: 0) else {
            guard waiting.readableBytes <= Self.maximumTextBytes * 2 else { throw RedisError("A value is too long.") }
            return nil
        }
        waiting = rest
        if waiting.readableBytes == 0 { waiting.clear() } else { waiting.discardReadBytes() }
        return value
    }

    private static func value(_ bytes: inout ByteBuffer, depth: Int) throws(RedisError) -> RESPValue? {
        guard let kind: UInt8 = bytes.readInteger() else { return nil }
        guard let line = try line(&bytes) else { return nil }
        switch kind {
        case UInt8(ascii: "+"): return .simple(line)
        case UInt8(ascii: "-"): return .error(line)
        case UInt8(ascii: ":"): return .integer(try number(line))
        case UInt8(ascii: "$"): return try bulk(&bytes, count: try number(line))
        case UInt8(ascii: "*"):
            let count = try number(line)
            guard count <= maximumElements, depth < maximumDepth else { throw RedisError("A list is too long.") }
            var values: [RESPValue] = []
            for _ in 0..<max(0, count) {
                guard let value = try value(&bytes, depth: depth + 1) else { return nil }
                values.append(value)
            }
            return .array(values)
        default: throw RedisError("The server does not speak RESP.")
        }
    }

    private static func bulk(_ bytes: inout ByteBuffer, count: Int) throws(RedisError) -> RESPValue? {
        guard count >= 0 else { return .bulk(nil) }
        guard count <= maximumTextBytes else { throw RedisError("A text is too long.") }
        guard bytes.readableBytes >= count + 2, let text = bytes.readString(length: count) else { return nil }
        bytes.moveReaderIndex(forwardBy: 2)
        return .bulk(text)
    }

    /// Up to CRLF, which is taken too.
    private static func line(_ bytes: inout ByteBuffer) throws(RedisError) -> String? {
        guard let end = bytes.readableBytesView.firstIndex(of: UInt8(ascii: "\r")) else {
            guard bytes.readableBytes <= maximumTextBytes else { throw RedisError("A line is too long.") }
            return nil
        }
        let count = end - bytes.readerIndex
        guard bytes.readableBytes >= count + 2, let line = bytes.readString(length: count) else { return nil }
        bytes.moveReaderIndex(forwardBy: 2)
        return line
    }

    private static func number(_ line: String) throws(RedisError) -> Int {
        guard let number = Int(line) else { throw RedisError("The server does not speak RESP.") }
        return number
    }
}
