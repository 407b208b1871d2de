/// One frame of a FLAC stream of fixed block size (RFC 9639, section 9).
///
/// A frame holds everything it takes to decode it; only its number ties it to its place.
enum FLACFrame {
    private static let fixedHeadBytes = 4
    private static let checksumBytes = 2
    /// Synchronisation code with the bits for "fixed block size".
    static let synchronisation: [UInt8] = [0xff, 0xf8]

    /// Appends a frame under another number, which may be longer or shorter, with new checksums.
    /// - Returns: false when the bytes are not a frame.
    static func append(_ frame: UnsafeBufferPointer<UInt8>, numbered number: Int64, to output: inout [UInt8]) -> Bool {
        guard frame.count > fixedHeadBytes, frame[0] == synchronisation[0], frame[1] == synchronisation[1],
            let restBytes = extraHeadBytes(frame[2])
        else { return false }
        let numberEnd = fixedHeadBytes + numberBytes(frame[fixedHeadBytes])
        let headEnd = numberEnd + restBytes
        guard frame.count > headEnd + 1 + checksumBytes else { return false }
        let start = output.count
        output.append(contentsOf: frame[..<fixedHeadBytes])
        output.append(contentsOf: coded(number))
        output.append(contentsOf: frame[numberEnd..<headEnd])
        output.append(output[start...].withUnsafeBufferPointer(FLACChecksum.crc8))
        output.append(contentsOf: frame[(headEnd + 1)..<(frame.count - checksumBytes)])
        output.append(bigEndian: output[start...].withUnsafeBufferPointer(FLACChecksum.crc16))
        return true
    }

    /// A frame's number in one to seven bytes, as UTF-8 writes characters (section 9.1.5).
    static func coded(_ number: Int64) -> [UInt8] {
        guard number >= 0x80 else { return [UInt8(number)] }
        var count = 2
        while count < 7, number >> Int64(5 * count + 1) != 0 { count += 1 }
        let continuation = (0..<count - 1).reversed().map {
            UInt8(truncatingIfNeeded: number >> Int64(6 * $0)) & 0x3f | 0x80
        }
        let lead = UInt8(truncatingIfNeeded: 0xff00 >> count)
        return [lead | UInt8(truncatingIfNeeded: number >> Int64(6 * (count - 1)))] + continuation
    }

    /// Bytes of a coded number, by its first.
    private static func numberBytes(_ first: UInt8) -> Int { max(1, (~first).leadingZeroBitCount) }

    /// Bytes between number and checksum that the codes of block size and rate ask for; nil for codes there are not.
    static func extraHeadBytes(_ codes: UInt8) -> Int? {
        let size = codes >> 4
        let rate = codes & 0x0f
        guard size != 0, rate != 15 else { return nil }
        return (size == 6 ? 1 : size == 7 ? 2 : 0) + (rate == 12 ? 1 : rate == 13 || rate == 14 ? 2 : 0)
    }
}
