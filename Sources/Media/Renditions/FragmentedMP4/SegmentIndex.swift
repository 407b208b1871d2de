/// `sidx`: how long and how large each fragment of a file is (ISO/IEC 14496-12, 8.16.3).
struct SegmentIndex {
    struct Reference {
        let sizeBytes: Int64
        let durationSamples: Int64
    }

    let references: [Reference]

    /// Bytes of an index of so many fragments.
    static func size(count: Int64) -> Int64 { Int64(Box.fullHeadBytes) + 28 + 12 * count }

    var bytes: [UInt8] {
        var fields = [UInt8](bigEndian: UInt32(1)) + [UInt8](bigEndian: UInt32(RenditionSource.resampledRate))
        // The first begins at once, both in time and in the file.
        fields += Box.zeros(16 + 2)
        fields.append(bigEndian: UInt16(references.count))
        fields.reserveCapacity(fields.count + 12 * references.count)
        for reference in references {
            fields.append(bigEndian: UInt32(reference.sizeBytes))
            fields.append(bigEndian: UInt32(reference.durationSamples))
            // Decoding can begin with it.
            fields.append(bigEndian: UInt32(0x9000_0000))
        }
        return Box.full("sidx", version: 1, fields)
    }
}
