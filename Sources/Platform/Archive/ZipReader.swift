/// The directory of a ZIP archive (PKWARE APPNOTE 6.3) of which any piece can be read: Zip64, entries that are stored or
/// deflated. Whoever made the archive may lie: every number is checked against the archive's own size, and an entry gives
/// no more bytes than it says. **Reading blocks.**
package struct ZipReader {
    /// One file of the archive.
    package struct Entry: Hashable, Sendable {
        /// As the archive has it: it may hold `..`, and must not be used as a path.
        package let name: String
        /// Bytes of its content.
        package let size: Int
        let compressedSize: Int
        let isDeflated: Bool
        let checksum: UInt32
        let offset: Int
    }

    /// Reads so many bytes at an offset; fewer only at the end.
    package typealias Read = (_ count: Int, _ offset: Int) throws -> [UInt8]

    private static let maximumEntries = 1_000_000
    private static let maximumDirectoryBytes = 256 << 20

    /// By name; of entries with the same one the first counts.
    package let entries: [String: Entry]
    private let size: Int
    private let read: Read

    /// Throws ``ZipError`` for what is no archive, and what `read` throws.
    package init(size: Int, read: @escaping Read) throws {
        self.size = size
        self.read = read
        let place = try Self.directory(size, read)
        guard place.count <= Self.maximumEntries, place.size <= Self.maximumDirectoryBytes, place.offset >= 0,
            place.size >= 0, place.offset <= size, place.size <= size - place.offset
        else { throw ZipError.damaged }
        var fields = ZipFields(try read(place.size, place.offset))
        var entries: [String: Entry] = [:]
        for _ in 0..<place.count {
            guard let entry = try Self.entry(&fields) else { continue }
            if entries[entry.name] == nil { entries[entry.name] = entry }
        }
        self.entries = entries
    }

    /// Gives an entry's content piece by piece, and checks it. Throws ``ZipError``, and what `body` throws.
    package func extract(_ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var head = ZipFields(try read(30, entry.offset))
        guard try head.integer(UInt32.self) == ZipFormat.localHeader else { throw ZipError.damaged }
        try head.skip(22)
        let (nameCount, extraCount) = (try head.integer(UInt16.self), try head.integer(UInt16.self))
        let start = entry.offset + 30 + Int(nameCount) + Int(extraCount)
        guard start <= size, entry.compressedSize <= size - start else { throw ZipError.damaged }
        var checksum: UInt32 = 0
        var written = 0
        func deliver(_ bytes: UnsafeRawBufferPointer) throws {
            written += bytes.count
            guard written <= entry.size else { throw ZipError.damaged }
            checksum = ZipFormat.checksum(bytes, after: checksum)
            try body(bytes)
        }
        let inflater = entry.isDeflated ? try Inflater() : nil
        var offset = start
        let end = start + entry.compressedSize
        while offset < end {
            let piece = try read(min(256 << 10, end - offset), offset)
            guard !piece.isEmpty else { throw ZipError.damaged }
            offset += piece.count
            if let inflater {
                try inflater.inflate(piece, deliver)
            } else {
                try piece.withUnsafeBytes(deliver)
            }
        }
        guard written == entry.size, checksum == entry.checksum else { throw ZipError.damaged }
    }

    /// Where the directory is, from the end of the archive.
    private static func directory(_ size: Int, _ read: Read) throws -> (count: Int, size: Int, offset: Int) {
        let tailCount = min(size, 22 + 65_535)
        let tailStart = size - tailCount
        let tail = try read(tailCount, tailStart)
        guard tail.count >= 22 else { throw ZipError.damaged }
        let signature: [UInt8] = [0x50, 0x4B, 5, 6]
        let found = stride(from: tail.count - 22, through: 0, by: -1).first {
            tail[$0..<$0 + 4].elementsEqual(signature)
        }
        guard let found else { throw ZipError.damaged }
        var fields = ZipFields(Array(tail[found...]))
        try fields.skip(10)
        let count = try fields.integer(UInt16.self)
        let (bytes, offset) = (try fields.integer(UInt32.self), try fields.integer(UInt32.self))
        guard count == .max || bytes == .max || offset == .max else { return (Int(count), Int(bytes), Int(offset)) }
        let locatorStart = tailStart + found - 20
        guard locatorStart >= 0 else { throw ZipError.damaged }
        var locator = ZipFields(try read(20, locatorStart))
        guard try locator.integer(UInt32.self) == ZipFormat.zip64Locator else { throw ZipError.damaged }
        try locator.skip(4)
        let endStart = try locator.size()
        guard endStart <= size else { throw ZipError.damaged }
        var end = ZipFields(try read(56, endStart))
        guard try end.integer(UInt32.self) == ZipFormat.zip64End else { throw ZipError.damaged }
        try end.skip(28)
        return (try end.size(), try end.size(), try end.size())
    }

    /// The next entry of the directory; nil for a folder.
    private static func entry(_ fields: inout ZipFields) throws -> Entry? {
        guard try fields.integer(UInt32.self) == ZipFormat.directoryEntry else { throw ZipError.damaged }
        try fields.skip(4)
        let (flags, method) = (try fields.integer(UInt16.self), try fields.integer(UInt16.self))
        try fields.skip(4)
        let checksum = try fields.integer(UInt32.self)
        var compressed = Int(try fields.integer(UInt32.self))
        var size = Int(try fields.integer(UInt32.self))
        let counts = [
            try fields.integer(UInt16.self), try fields.integer(UInt16.self), try fields.integer(UInt16.self),
        ]
        try fields.skip(8)
        var offset = Int(try fields.integer(UInt32.self))
        let name = String(decoding: try fields.bytes(Int(counts[0])), as: UTF8.self)
        var extra = ZipFields(Array(try fields.bytes(Int(counts[1]))))
        try fields.skip(Int(counts[2]))
        while extra.count >= 4 {
            let (kind, length) = (try extra.integer(UInt16.self), try extra.integer(UInt16.self))
            var value = ZipFields(Array(try extra.bytes(Int(length))))
            guard kind == ZipFormat.zip64Extra else { continue }
            if size == Int(UInt32.max) { size = try value.size() }
            if compressed == Int(UInt32.max) { compressed = try value.size() }
            if offset == Int(UInt32.max) { offset = try value.size() }
        }
        guard !name.hasSuffix("/") else { return nil }
        guard flags & 1 == 0, method == 0 || method == 8, method == 8 || compressed == size else {
            throw ZipError("The archive is encrypted, or compressed in a way that is not read here.")
        }
        return Entry(
            name: name, size: size, compressedSize: compressed, isDeflated: method == 8, checksum: checksum,
            offset: offset)
    }
}

/// Little-endian numbers one after another; throws ``ZipError`` at the end.
private struct ZipFields {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var count: Int { rest.count }

    mutating func bytes(_ count: Int) throws(ZipError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .damaged }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func skip(_ count: Int) throws(ZipError) { _ = try bytes(count) }

    mutating func integer<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) throws(ZipError) -> Number {
        try bytes(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    /// A 64-bit number of bytes or entries.
    mutating func size() throws(ZipError) -> Int {
        guard let size = Int(exactly: try integer(UInt64.self)) else { throw .damaged }
        return size
    }
}
