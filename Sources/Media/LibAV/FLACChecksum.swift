internal import CLibAV

/// Checksums of FLAC frames (RFC 9639, sections 9.1.8 and 9.3).
enum FLACChecksum {
    /// Polynomial 0x07, from zero.
    static func crc8(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
        UInt8(truncatingIfNeeded: av_crc(av_crc_get_table(AV_CRC_8_ATM), 0, bytes.baseAddress, bytes.count))
    }

    /// Polynomial 0x8005, from zero.
    static func crc16(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt16 {
        UInt16(truncatingIfNeeded: av_crc(av_crc_get_table(AV_CRC_16_ANSI), 0, bytes.baseAddress, bytes.count))
            .byteSwapped
    }
}
