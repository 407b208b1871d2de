internal import CLibAV

/// One compressed packet; its data is replaced by each read.
struct Packet: ~Copyable {
    let raw: UnsafeMutablePointer<AVPacket>

    init() throws(MediaError) {
        guard let raw = av_packet_alloc() else { throw MediaError.outOfMemory }
        self.raw = raw
    }

    deinit {
        var raw: UnsafeMutablePointer<AVPacket>? = raw
        av_packet_free(&raw)
    }

    /// Byte position in the file, or -1.
    var position: Int64 { raw.pointee.pos }
    var sizeBytes: Int { Int(raw.pointee.size) }
    /// Length in the stream's time base; 0 when unknown.
    var duration: Int64 { raw.pointee.duration }
    /// The demuxer got fewer bytes than the container promised.
    var isCutOff: Bool { raw.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }

    /// The compressed bytes.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: raw.pointee.data, count: sizeBytes) }

    /// CRC-32 (IEEE 802.3) of the compressed bytes.
    var checksum: UInt32 {
        ~av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UInt32.max, raw.pointee.data, sizeBytes)
    }

    /// Samples to drop at its start and end (`AV_PKT_DATA_SKIP_SAMPLES`), which libavcodec obeys.
    var skippedSamples: (start: Int, end: Int)? {
        var count = 0
        guard let data = av_packet_get_side_data(raw, AV_PKT_DATA_SKIP_SAMPLES, &count), count >= 8 else { return nil }
        func little(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) }
        }
        return (little(0), little(4))
    }

    borrowing func clear() { av_packet_unref(raw) }
}
