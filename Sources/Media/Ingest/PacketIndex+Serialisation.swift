/// Format, little-endian: magic `TPI1`; then LEB128 numbers: rate, count, whole sample count, 1 when checksums follow,
/// number of trims; for each packet: zigzag distance of its position from the previous packet's end, zigzag difference
/// of its size and of its sample count from the previous packet's, 4 bytes of checksum; for each trim: packet, start,
/// end; at last FNV-1a (32 bits) of all bytes before.
extension PacketIndex {
    private static let magic: [UInt8] = Array("TPI1".utf8)

    /// Bytes for storage: 3 to 9 a packet.
    package func serialised() -> [UInt8] {
        var writer = NumberWriter(bytes: Self.magic)
        writer.write(UInt64(sampleRate))
        writer.write(UInt64(count))
        writer.write(UInt64(sampleCount))
        writer.write(hasChecksums ? 1 : 0)
        writer.write(UInt64(trims.count))
        var end: Int64 = 0
        var size = 0
        var samples = 0
        for number in 0..<count {
            let entry = self[number]
            writer.writeSigned(entry.position - end)
            writer.writeSigned(Int64(entry.sizeBytes - size))
            writer.writeSigned(Int64(entry.sampleCount - samples))
            if let checksum = entry.checksum { writer.writeWord(checksum) }
            end = entry.position + Int64(entry.sizeBytes)
            size = entry.sizeBytes
            samples = entry.sampleCount
        }
        for (number, trim) in trims.sorted(by: { $0.key < $1.key }) {
            writer.write(UInt64(number))
            writer.write(UInt64(trim.start))
            writer.write(UInt64(trim.end))
        }
        writer.writeWord(NumberWriter.digest(writer.bytes[...]))
        return writer.bytes
    }

    /// Reads what `serialised` wrote.
    /// - Throws: `.unreadable` for bytes that are not a whole, undamaged index.
    package init(serialised bytes: [UInt8]) throws(MediaError) {
        guard bytes.count > Self.magic.count + 4, bytes.starts(with: Self.magic) else { throw Self.damaged }
        var tail = NumberReader(bytes: bytes[(bytes.count - 4)...])
        guard try tail.readWord() == NumberWriter.digest(bytes[..<(bytes.count - 4)]) else { throw Self.damaged }
        var reader = NumberReader(bytes: bytes[Self.magic.count..<(bytes.count - 4)])
        self.init()
        sampleRate = try reader.readCount(limit: Int(Int32.max))
        let packets = try reader.readCount(limit: Self.maximumCount)
        let total = try reader.readCount(limit: Int.max)
        let checked = try reader.readCount(limit: 1) == 1
        let trims = try reader.readCount(limit: packets)
        try readPackets(packets, checked: checked, from: &reader)
        for _ in 0..<trims {
            let number = try reader.readCount(limit: packets)
            self.trims[number] = Trim(
                start: try reader.readCount(limit: Int(UInt32.max)), end: try reader.readCount(limit: Int(UInt32.max)))
        }
        guard reader.isAtEnd, total >= indexedSamples else { throw Self.damaged }
        sampleCount = Int64(total)
    }

    private mutating func readPackets(_ packets: Int, checked: Bool, from reader: inout NumberReader)
        throws(MediaError)
    {
        var end: Int64 = 0
        var size: Int64 = 0
        var samples: Int64 = 0
        for _ in 0..<packets {
            let position = try reader.readSigned() &+ end
            size = size &+ (try reader.readSigned())
            samples = samples &+ (try reader.readSigned())
            guard position >= -1, position < Int64.max / 2, 0...Int64(Int32.max) ~= size,
                0...Int64(Int32.max) ~= samples
            else { throw Self.damaged }
            let checksum = checked ? try reader.readWord() : nil
            try append(
                position: position, sizeBytes: Int(size), checksum: checksum, samples: Int(samples), trim: nil)
            end = position + size
        }
    }

    static let damaged = MediaError(code: .unreadable, message: "The stored packet index is damaged: ingest again.")
}

/// Appends numbers in LEB128, seven bits a byte.
private struct NumberWriter {
    private(set) var bytes: [UInt8]

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Zigzag: small numbers of either sign stay short.
    mutating func writeSigned(_ number: Int64) { write(UInt64(bitPattern: (number << 1) ^ (number >> 63))) }

    mutating func writeWord(_ word: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }

    /// FNV-1a of 32 bits.
    static func digest(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}

/// Takes apart what `NumberWriter` wrote.
private struct NumberReader {
    private var bytes: ArraySlice<UInt8>

    init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { bytes.isEmpty }

    private mutating func readByte() throws(MediaError) -> UInt8 {
        guard let byte = bytes.popFirst() else { throw PacketIndex.damaged }
        return byte
    }

    mutating func read() throws(MediaError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try readByte()
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        throw PacketIndex.damaged
    }

    mutating func readSigned() throws(MediaError) -> Int64 {
        let number = try read()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func readCount(limit: Int) throws(MediaError) -> Int {
        let number = try read()
        guard number <= UInt64(limit) else { throw PacketIndex.damaged }
        return Int(number)
    }

    mutating func readWord() throws(MediaError) -> UInt32 {
        var word: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) { word |= UInt32(try readByte()) << shift }
        return word
    }
}
