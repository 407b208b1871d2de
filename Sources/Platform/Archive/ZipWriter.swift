import CZlib
package import Foundation
package import NIOCore

/// A ZIP archive (PKWARE APPNOTE 6.3) as bytes in order, for entries whose sizes are known before their content is: what
/// is written is not touched again, so it can be sent as it comes. Entries are stored as they are; Zip64 where it takes
/// it. Holds some bytes of each entry, never its content.
package struct ZipWriter {
    private struct Entry {
        let name: [UInt8]
        let time: UInt32
        let size: UInt64
        let offset: UInt64
        var checksum: UInt32 = 0

        /// Whether the plain 32-bit fields cannot hold it.
        var isLarge: Bool { size >= ZipFormat.limit32 }
    }

    private var entries: [Entry] = []
    private var offset: UInt64 = 0
    private var remaining: UInt64 = 0

    package init() {}

    /// The head of an entry; its content follows by ``add(_:)``.
    /// - Parameters:
    ///   - name: a relative path with `/`, at most 65,535 bytes.
    ///   - size: of the content, in bytes.
    package mutating func begin(_ name: String, size: Int, modified: Date) -> ByteBuffer {
        let entry = Entry(
            name: Array(name.utf8.prefix(65_535)), time: ZipFormat.time(modified), size: UInt64(size), offset: offset)
        entries.append(entry)
        remaining = entry.size
        var bytes = ByteBuffer()
        bytes.little(ZipFormat.localHeader)
        bytes.little(ZipFormat.version(isLarge: entry.isLarge))
        bytes.little(ZipFormat.streamedUTF8)
        bytes.little(UInt16(0))
        bytes.little(entry.time)
        bytes.little(UInt32(0))
        // The sizes come behind the content, with its checksum; only Zip64 must be told of before.
        bytes.little(entry.isLarge ? UInt32.max : 0)
        bytes.little(entry.isLarge ? UInt32.max : 0)
        bytes.little(UInt16(entry.name.count))
        bytes.little(UInt16(entry.isLarge ? 20 : 0))
        bytes.writeBytes(entry.name)
        if entry.isLarge {
            bytes.little(ZipFormat.zip64Extra)
            bytes.little(UInt16(16))
            bytes.little(UInt64(0))
            bytes.little(UInt64(0))
        }
        offset += UInt64(bytes.readableBytes)
        return bytes
    }

    /// Notes content of the entry that was begun, to be sent as it is.
    package mutating func add(_ content: ByteBuffer) {
        precondition(content.readableBytes <= remaining, "an entry is as large as was said")
        let checksum = entries[entries.count - 1].checksum
        entries[entries.count - 1].checksum = content.withUnsafeReadableBytes {
            ZipFormat.checksum($0, after: checksum)
        }
        remaining -= UInt64(content.readableBytes)
        offset += UInt64(content.readableBytes)
    }

    /// What follows the content of the entry that was begun.
    package mutating func end() -> ByteBuffer {
        precondition(remaining == 0, "an entry is as large as was said")
        let entry = entries[entries.count - 1]
        var bytes = ByteBuffer()
        bytes.little(ZipFormat.descriptor)
        bytes.little(entry.checksum)
        for _ in 0..<2 {
            if entry.isLarge { bytes.little(entry.size) } else { bytes.little(UInt32(entry.size)) }
        }
        offset += UInt64(bytes.readableBytes)
        return bytes
    }

    /// The directory of the archive, its last bytes.
    package func finish() -> ByteBuffer {
        var bytes = ByteBuffer()
        for entry in entries { Self.writeDirectoryEntry(entry, to: &bytes) }
        let size = UInt64(bytes.readableBytes)
        let count = UInt64(entries.count)
        if count >= 0xFFFF || offset >= ZipFormat.limit32 || size >= ZipFormat.limit32 {
            let end = offset + size
            bytes.little(ZipFormat.zip64End)
            bytes.little(UInt64(44))
            bytes.little(ZipFormat.version(isLarge: true))
            bytes.little(ZipFormat.version(isLarge: true))
            bytes.little(UInt32(0))
            bytes.little(UInt32(0))
            for value in [count, count, size, offset] { bytes.little(value) }
            bytes.little(ZipFormat.zip64Locator)
            bytes.little(UInt32(0))
            bytes.little(end)
            bytes.little(UInt32(1))
        }
        bytes.little(ZipFormat.end)
        bytes.little(UInt32(0))
        bytes.little(UInt16(clamping: count))
        bytes.little(UInt16(clamping: count))
        bytes.little(UInt32(clamping: size))
        bytes.little(UInt32(clamping: offset))
        bytes.little(UInt16(0))
        return bytes
    }

    private static func writeDirectoryEntry(_ entry: Entry, to bytes: inout ByteBuffer) {
        let isFar = entry.offset >= ZipFormat.limit32
        var extra = ByteBuffer()
        if entry.isLarge { for _ in 0..<2 { extra.little(entry.size) } }
        if isFar { extra.little(entry.offset) }
        let extraCount = extra.readableBytes
        bytes.little(ZipFormat.directoryEntry)
        // Made on Unix, so that the permissions count.
        bytes.little(ZipFormat.version(isLarge: true) | 3 << 8)
        bytes.little(ZipFormat.version(isLarge: entry.isLarge || isFar))
        bytes.little(ZipFormat.streamedUTF8)
        bytes.little(UInt16(0))
        bytes.little(entry.time)
        bytes.little(entry.checksum)
        bytes.little(UInt32(clamping: entry.size))
        bytes.little(UInt32(clamping: entry.size))
        bytes.little(UInt16(entry.name.count))
        bytes.little(UInt16(extraCount > 0 ? extraCount + 4 : 0))
        bytes.little(UInt16(0))
        bytes.little(UInt16(0))
        bytes.little(UInt16(0))
        bytes.little(UInt32(0o100644) << 16)
        bytes.little(UInt32(clamping: entry.offset))
        bytes.writeBytes(entry.name)
        if extraCount > 0 {
            bytes.little(ZipFormat.zip64Extra)
            bytes.little(UInt16(extraCount))
            bytes.writeBuffer(&extra)
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func little(_ value: some FixedWidthInteger) { writeInteger(value, endianness: .little) }
}
