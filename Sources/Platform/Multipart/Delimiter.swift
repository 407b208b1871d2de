import Glibc

/// What separates parts: CRLF, two dashes and the boundary.
///
/// CR is its first byte and no other (a boundary has none), so what only looked like it can be given back whole, and the
/// next candidate is the next CR.
struct Delimiter: Sendable {
    /// Where it was found.
    enum Match: Equatable {
        case none
        /// All of it begins here.
        case whole(at: Int)
        /// The bytes from here to the end are its first ones.
        case partial(at: Int)
    }

    let bytes: [UInt8]

    init(_ boundary: MultipartBoundary) { bytes = Array("\r\n--\(boundary.text)".utf8) }

    /// The first place where it is or may be.
    func search(_ text: UnsafeRawBufferPointer) -> Match {
        guard let base = text.baseAddress else { return .none }
        var offset = 0
        while let found = memchr(base + offset, 0x0D, text.count - offset) {
            let start = UnsafeRawPointer(found) - base
            // Looking at the next byte here is much quicker than memcmp, where carriage returns abound.
            guard start + 1 < text.count else { return .partial(at: start) }
            if text[start + 1] == 0x0A {
                let count = min(bytes.count, text.count - start)
                let isSame = bytes.withUnsafeBytes { own in
                    own.prefix(count).elementsEqual(text[start..<start + count])
                }
                if isSame {
                    return count == bytes.count ? .whole(at: start) : .partial(at: start)
                }
            }
            offset = start + 1
        }
        return .none
    }

    /// How many bytes at the beginning of the text go on with it, after so many of its own.
    func continuation(after matchedBytes: Int, in text: UnsafeRawBufferPointer) -> Int {
        zip(bytes[matchedBytes...], text).prefix { $0 == $1 }.count
    }
}
