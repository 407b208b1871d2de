import Crypto

/// A page of an Ogg stream (RFC 3533) that holds whole packets.
struct OggPage {
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let beginningOfStream = Flags(rawValue: 2)
        static let endOfStream = Flags(rawValue: 4)
    }

    /// Bytes of the head before the table of lacing values.
    static let fixedHeaderBytes = 27
    private static let checksumOffset = 22

    let flags: Flags
    /// Samples up to the end of the page's last packet.
    let granule: Int64
    let serial: UInt32
    /// Counts the stream's pages from 0.
    let number: UInt32
    let packetSizes: [Int]

    /// The lacing values of a packet: 255 as often as it fits, then the rest, 0 included.
    static func lacing(_ packetBytes: Int) -> [UInt8] {
        Array(repeating: 255, count: packetBytes / 255) + [UInt8(packetBytes % 255)]
    }

    /// A stream's number, from what it is of.
    static func serial(_ identity: some StringProtocol) -> UInt32 {
        SHA256.hash(data: Array(identity.utf8)).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Appends the page with these bytes of its packets.
    func write(_ packets: ArraySlice<UInt8>, to output: inout [UInt8]) {
        let lacing = packetSizes.flatMap(Self.lacing)
        precondition(lacing.count <= 255 && packetSizes.reduce(0, +) == packets.count, "a page holds its packets")
        let start = output.count
        output.append(contentsOf: Array("OggS".utf8) + [0, flags.rawValue])
        output.append(littleEndian: granule)
        output.append(littleEndian: serial)
        output.append(littleEndian: number)
        output.append(littleEndian: UInt32(0))
        output.append(UInt8(lacing.count))
        output.append(contentsOf: lacing)
        output.append(contentsOf: packets)
        let checksum = OggChecksum.of(output[start...])
        for byte in 0..<4 {
            output[start + Self.checksumOffset + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(byte)))
        }
    }
}

/// The CRC of Ogg pages: polynomial 0x04c11db7, high bit first, from zero (RFC 3533, section 6).
enum OggChecksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte) << 24) { value, _ in
            value & 0x8000_0000 != 0 ? value << 1 ^ 0x04c1_1db7 : value << 1
        }
    }

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                var checksum: UInt32 = 0
                for byte in bytes { checksum = checksum << 8 ^ table[Int(UInt8(checksum >> 24) ^ byte)] }
                return checksum
            }
        }
    }
}
