import NIOCore

/// Whether bytes are UTF-8 (Unicode 15, table 3-7), piece by piece: a character may be split between pieces.
struct TextValidator {
    /// Bytes that the character begun still needs, and what the next of them may be.
    private var missing = 0
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether the text could end here.
    var isComplete: Bool { missing == 0 }

    /// False once these bytes cannot be part of a text.
    mutating func accept(_ bytes: ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { accept($0) }
    }

    private mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if missing == 0, index + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            guard accept(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard next.contains(byte) else { return false }
            missing -= 1
            next = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: begin(1)
        case 0xE0: begin(2, 0xA0...0xBF)
        // No surrogates.
        case 0xED: begin(2, 0x80...0x9F)
        case 0xE1...0xEF: begin(2)
        case 0xF0: begin(3, 0x90...0xBF)
        case 0xF1...0xF3: begin(3)
        case 0xF4: begin(3, 0x80...0x8F)
        default: return false
        }
        return true
    }

    private mutating func begin(_ missing: Int, _ next: ClosedRange<UInt8> = 0x80...0xBF) {
        self.missing = missing
        self.next = next
    }
}
