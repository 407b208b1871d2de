import CZlib
import Foundation

/// Numbers of the ZIP format (PKWARE APPNOTE 6.3, §4.3 and §4.4).
enum ZipFormat {
    static let localHeader: UInt32 = 0x0403_4B50
    static let descriptor: UInt32 = 0x0807_4B50
    static let directoryEntry: UInt32 = 0x0201_4B50
    static let zip64End: UInt32 = 0x0606_4B50
    static let zip64Locator: UInt32 = 0x0706_4B50
    static let end: UInt32 = 0x0605_4B50
    static let zip64Extra: UInt16 = 1
    /// Sizes behind the content (bit 3), names in UTF-8 (bit 11).
    static let streamedUTF8: UInt16 = 1 << 3 | 1 << 11
    /// From here on a 32-bit field says "see the Zip64 one".
    static let limit32 = UInt64(UInt32.max)

    /// 2.0, or 4.5 for Zip64.
    static func version(isLarge: Bool) -> UInt16 { isLarge ? 45 : 20 }

    /// A time as MS-DOS has it, in UTC: two seconds to the unit, from 1980 to 2107; the date is the higher half.
    static func time(_ date: Date) -> UInt32 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let year = min(max((parts.year ?? 1980) - 1980, 0), 127)
        let day = year << 9 | (parts.month ?? 1) << 5 | (parts.day ?? 1)
        let time = (parts.hour ?? 0) << 11 | (parts.minute ?? 0) << 5 | (parts.second ?? 0) / 2
        return UInt32(day) << 16 | UInt32(time)
    }

    /// The CRC-32 of bytes that follow others.
    static func checksum(_ bytes: UnsafeRawBufferPointer, after checksum: UInt32) -> UInt32 {
        var value = uLong(checksum)
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, 1 << 30)
            value = crc32(value, rest.baseAddress?.assumingMemoryBound(to: Bytef.self), uInt(count))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return UInt32(truncatingIfNeeded: value)
    }
}
