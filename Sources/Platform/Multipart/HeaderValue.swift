/// A header field's value with parameters, such as `form-data; name="file"; filename*=UTF-8''a%20b.flac`.
///
/// It is read byte by byte: among Characters, a quote with an accent behind it is no quote.
struct HeaderValue {
    /// What goes before the first semicolon, without spaces around it.
    let value: String
    /// By lower-case name; of a name that occurs twice the first counts. Extended ones (RFC 8187) keep their asterisk,
    /// and are decoded.
    let parameters: [String: String]

    init(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        value = Self.text(rest.prefix { $0 != Self.semicolon })
        rest = rest.drop { $0 != Self.semicolon }
        var parameters: [String: String] = [:]
        while rest.popFirst() == Self.semicolon {
            let name = Self.text(rest.prefix { $0 != Self.equals && $0 != Self.semicolon }).lowercased()
            rest = rest.drop { $0 != Self.equals && $0 != Self.semicolon }
            if rest.first == Self.equals {
                rest = rest.dropFirst().drop(while: Self.isSpace)
                let raw = rest.first == Self.quote ? Self.takeQuoted(&rest) : Self.takeToken(&rest)
                let decoded = name.hasSuffix("*") ? Self.extended(raw) : String(decoding: raw, as: UTF8.self)
                if let decoded, parameters[name] == nil { parameters[name] = decoded }
            }
            rest = rest.drop { $0 != Self.semicolon }
        }
        self.parameters = parameters
    }

    private static let semicolon = UInt8(ascii: ";")
    private static let equals = UInt8(ascii: "=")
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let percent = UInt8(ascii: "%")

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop(while: isSpace)
        while bytes.last.map(isSpace) ?? false { bytes.removeLast() }
        return bytes
    }

    /// Without spaces around it; what is not UTF-8 is replaced.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: trimmed(bytes), as: UTF8.self)
    }

    private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let token = rest.prefix { $0 != semicolon }
        rest = rest[token.endIndex...]
        return trimmed(token)
    }

    /// Takes a quoted string, and gives what it means; one without its closing quote goes to the end.
    ///
    /// Only `\"` and `\\` are escapes: browsers send a backslash of a name as it is. And they write a quote or line end
    /// of a name as `%22`, `%0D`, `%0A` (HTML, "multipart/form-data encoding algorithm").
    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var meaning: ArraySlice<UInt8> = []
        rest.removeFirst()
        while let byte = rest.popFirst(), byte != quote {
            switch (byte, rest.first, rest.dropFirst().first) {
            case (backslash, quote?, _), (backslash, backslash?, _):
                meaning.append(rest.removeFirst())
            case (percent, UInt8(ascii: "2")?, UInt8(ascii: "2")?):
                meaning.append(quote)
                rest.removeFirst(2)
            case (percent, UInt8(ascii: "0")?, UInt8(ascii: "D")?), (percent, UInt8(ascii: "0")?, UInt8(ascii: "A")?):
                meaning.append(rest[rest.startIndex + 1] == UInt8(ascii: "D") ? 0x0D : 0x0A)
                rest.removeFirst(2)
            default:
                meaning.append(byte)
            }
        }
        return meaning
    }

    /// `charset'language'percent-encoded` (RFC 8187 §3.2) in UTF-8 or Latin 1; nil for what is not.
    private static func extended(_ bytes: ArraySlice<UInt8>) -> String? {
        let parts = bytes.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var decoded: [UInt8] = []
        var rest = parts[2]
        while let byte = rest.popFirst() {
            if byte == percent {
                guard rest.count >= 2, let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                decoded.append(byte)
                rest.removeFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        switch text(parts[0]).lowercased() {
        case "utf-8": return String(validating: decoded, as: UTF8.self)
        case "iso-8859-1": return String(String.UnicodeScalarView(decoded.map { Unicode.Scalar($0) }))
        default: return nil
        }
    }
}
