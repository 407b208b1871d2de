internal import Crypto

/// The name of stored content: its SHA-256 as 64 lower-case hexadecimal digits, and nothing else.
///
/// A value can therefore never hold a path separator or a dot, whatever text it was made from.
package struct BlobID: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    /// 64 digits of `0-9a-f`.
    package let rawValue: String

    /// Takes exactly 64 lower-case hexadecimal digits; nil for anything else.
    package init?(rawValue: String) {
        let digits = rawValue.utf8
        guard digits.count == 64,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.rawValue = rawValue
    }

    /// The name of this content.
    package init(of content: [UInt8]) { self.init(digest: SHA256.hash(data: content)) }

    /// The name of content with that SHA-256, of which there must be 32 bytes.
    init(digest: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        precondition(text.count == 64, "a SHA-256 has 32 bytes")
        rawValue = String(decoding: text, as: UTF8.self)
    }

    /// The 64 digits.
    package var description: String { rawValue }
}
