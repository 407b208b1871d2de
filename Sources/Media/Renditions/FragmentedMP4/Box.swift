/// A box of an ISO base media file (ISO/IEC 14496-12): its length, four letters that tell its type, its content.
enum Box {
    /// Bytes before the content of a box.
    static let headBytes = 8
    /// The same for a box with version and flags.
    static let fullHeadBytes = 12

    /// A box of other boxes or fields.
    static func plain(_ type: String, _ parts: [UInt8]...) -> [UInt8] { box(type, parts) }

    /// A box whose content begins with its version and flags.
    static func full(_ type: String, version: UInt8 = 0, flags: UInt32 = 0, _ parts: [UInt8]...) -> [UInt8] {
        box(type, [[UInt8](bigEndian: UInt32(version) << 24 | flags)] + parts)
    }

    /// A box of zeros that readers pass over.
    /// - Parameter size: of the whole box, 8 at least.
    static func free(_ size: Int) -> [UInt8] {
        precondition(size >= headBytes, "a box has a head")
        return plain("free", zeros(size - headBytes))
    }

    static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    private static func box(_ type: String, _ parts: [[UInt8]]) -> [UInt8] {
        let size = parts.reduce(headBytes) { $0 + $1.count }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        bytes.append(bigEndian: UInt32(size))
        bytes.append(contentsOf: type.utf8)
        for part in parts { bytes.append(contentsOf: part) }
        return bytes
    }
}
