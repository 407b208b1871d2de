/// How an Ogg file ends (RFC 3533, section 6).
struct OggEnding {
    /// No page at the end is whole and marked as the last of its stream.
    let isMissing: Bool

    private static let headerBytes = 27
    private static let lastOfStream: UInt8 = 4
    /// The largest page: header, 255 lacing values, 255 segments of 255 bytes.
    private static let largestPageBytes = headerBytes + 255 + 255 * 255

    init(_ source: ByteSource) {
        let count = Int(min(source.sizeBytes, Int64(2 * Self.largestPageBytes)))
        isMissing = Self.isEndMissing(source.bytes(at: source.sizeBytes - Int64(count), count: count))
    }

    /// Judges the last bytes of a file.
    static func isEndMissing(_ bytes: [UInt8]) -> Bool {
        for start in stride(from: bytes.count - headerBytes, through: 0, by: -1)
        where bytes[start] == UInt8(ascii: "O") && bytes[start...].starts(with: "OggS".utf8) {
            let segments = Int(bytes[start + 26])
            let body = start + headerBytes + segments
            guard body <= bytes.count else { return true }
            let end = body + bytes[(body - segments)..<body].reduce(0) { $0 + Int($1) }
            return end > bytes.count || bytes[start + 5] & lastOfStream == 0
        }
        return true
    }
}
