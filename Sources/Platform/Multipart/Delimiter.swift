/// What separates parts: CRLF, two dashes and the boundary.
///
/// CR is its first byte and no other (a boundary has none), so what only looked like it can be given back whole, and
/// the next candidate is the next CR.
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
    /// By the byte under the delimiter's last one: how far the delimiter can move on without missing a place (Horspool,
    /// "Practical fast searching in strings", 1980). Mostly that is all of its length.
    private let skips: [Int]

    init(_ boundary: MultipartBoundary) {
        bytes = Array("\r\n--\(boundary.text)".utf8)
        var skips = Array(repeating: bytes.count, count: 256)
        for (index, byte) in bytes.dropLast().enumerated() { skips[Int(byte)] = bytes.count - 1 - index }
        self.skips = skips
    }

    /// The first place where it is, else where it may begin at the end of the text.
    func search(_ text: UnsafeRawBufferPointer) -> Match {
        let count = bytes.count
        var last = count - 1
        while last < text.count {
            let byte = text[last]
            if byte == bytes[count - 1], text[(last - count + 1)...last].elementsEqual(bytes) {
                return .whole(at: last - count + 1)
            }
            last += skips[Int(byte)]
        }
        let tail = max(0, text.count - count + 1)..<text.count
        let start = tail.first { text[$0] == bytes[0] && bytes.starts(with: text[$0...]) }
        return start.map { .partial(at: $0) } ?? .none
    }

    /// How many bytes at the beginning of the text go on with it, after so many of its own.
    func continuation(after matchedBytes: Int, in text: UnsafeRawBufferPointer) -> Int {
        zip(bytes[matchedBytes...], text).prefix { $0 == $1 }.count
    }
}
