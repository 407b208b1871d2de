import NIOCore

/// Frames as clients write them, right and wrong.
enum ClientFrame {
    static func bytes(
        _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0, isMasked: Bool = true,
        lengthBytes: Int? = nil
    ) -> [UInt8] {
        let count = payload.count
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
        let extra = lengthBytes ?? (count < 126 ? 0 : count < 65_536 ? 2 : 8)
        frame.append((isMasked ? 0x80 : 0) | (extra == 0 ? UInt8(count) : extra == 2 ? 126 : 127))
        for place in stride(from: extra - 1, through: 0, by: -1) {
            frame.append(UInt8(truncatingIfNeeded: count >> (8 * place)))
        }
        guard isMasked else { return frame + payload }
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return frame + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    static func text(_ text: String, isFinal: Bool = true) -> [UInt8] { bytes(0x1, Array(text.utf8), isFinal: isFinal) }
    static func more(_ text: String, isFinal: Bool) -> [UInt8] { bytes(0x0, Array(text.utf8), isFinal: isFinal) }
    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        bytes(0x8, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }
}
