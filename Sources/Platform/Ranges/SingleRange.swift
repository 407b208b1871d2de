/// The one range of a simple `Range` field, read without allocating: what players ask for.
package enum SingleRange {
    /// Nil for whatever is not one satisfiable range in the plainest spelling; ``RangeSelection`` has the whole truth.
    package static func slice(_ field: String, size: Int64) -> Range<Int64>? {
        let bytes = field.utf8
        guard bytes.count <= 46, field.hasPrefix("bytes=") else { return nil }
        var rest = bytes.dropFirst(6)
        let first = number(&rest)
        guard rest.popFirst() == UInt8(ascii: "-") else { return nil }
        let last = number(&rest)
        guard rest.isEmpty else { return nil }
        switch (first, last) {
        case (let first?, let last?) where first <= last && first < size: return first..<min(last, size - 1) + 1
        case (let first?, nil) where first < size: return first..<size
        case (nil, let length?) where length > 0 && size > 0: return max(0, size - length)..<size
        default: return nil
        }
    }

    /// The number at the beginning, of at most 18 digits; takes them away.
    private static func number(_ rest: inout Substring.UTF8View) -> Int64? {
        var number: Int64?
        var count = 0
        while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 18 {
            number = (number ?? 0) * 10 + Int64(byte - UInt8(ascii: "0"))
            rest.removeFirst()
            count += 1
        }
        return number
    }
}
