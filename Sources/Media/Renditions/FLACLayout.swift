/// Where the segments of a FLAC lie that was made once.
struct FLACLayout: Sendable, Codable {
    let header: [UInt8]
    /// Offset of each segment in the whole, and the end of the last.
    private let offsets: [Int64]

    init(_ table: FLACTable, sampleCount: Int64, tags: RenditionTags) {
        var offsets: [Int64] = [0]
        offsets.reserveCapacity(table.segmentBytes.count + 1)
        for bytes in table.segmentBytes { offsets.append(offsets[offsets.count - 1] + Int64(bytes)) }
        let header = FLACHeader(table: table, offsets: offsets, sampleCount: sampleCount, tags: tags).bytes
        self.header = header
        self.offsets = offsets.map { $0 + Int64(header.count) }
    }

    /// Frames of every segment but the last: about 9 s at 44.1 kHz in stereo, fewer where there are more channels.
    static func framesPerSegment(channels: Int) -> Int64 { Int64(192 / max(2, channels)) }

    var size: Int64 { offsets[offsets.count - 1] }

    func bytes(ofSegment index: Int64) -> Range<Int64> { offsets[Int(index)]..<offsets[Int(index) + 1] }

    /// The segment that holds a byte behind the header.
    func segment(at offset: Int64) -> Int64 {
        var (low, high) = (0, offsets.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle + 1] <= offset { low = middle + 1 } else { high = middle }
        }
        return Int64(low)
    }
}

extension FLACLayout {
    /// Checks that a segment has the size it had the first time.
    func check(_ encoded: [UInt8], segment index: Int64) throws(MediaError) {
        guard bytes(ofSegment: index).count == encoded.count else {
            throw MediaError(
                code: .io,
                message: "This FLAC is not encoded as it was the first time: another version of FFmpeg is at work.")
        }
    }
}
