internal import CLibAV

extension Packet {
    /// Becomes a packet of these bytes.
    borrowing func fill(_ bytes: [UInt8]) throws(MediaError) {
        clear()
        guard av_new_packet(raw, Int32(bytes.count)) >= 0 else { throw MediaError.outOfMemory }
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(start: raw.pointee.data, count: bytes.count).copyMemory(from: source)
        }
    }

    /// Says how many samples libavcodec must drop from its output, in place of what a demuxer said.
    borrowing func setTrim(_ trim: PacketIndex.Trim?) throws(MediaError) {
        guard trim != nil || skippedSamples != nil else { return }
        let sizeBytes = 10
        guard let data = av_packet_new_side_data(raw, AV_PKT_DATA_SKIP_SAMPLES, sizeBytes) else {
            throw MediaError.outOfMemory
        }
        data.update(repeating: 0, count: sizeBytes)
        for byte in 0..<4 {
            data[byte] = UInt8(truncatingIfNeeded: (trim?.start ?? 0) >> (8 * byte))
            data[4 + byte] = UInt8(truncatingIfNeeded: (trim?.end ?? 0) >> (8 * byte))
        }
    }
}
