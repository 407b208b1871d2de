/// The head of a FLAC file (RFC 9639, section 8), always of one size for the same number of segments, whatever the tags.
struct FLACHeader {
    /// Bytes of tags and of the padding behind them together.
    private static let tagBytes = 4_096
    private static let blockHeadBytes = 4
    /// A table of more seek points would be read for long before the music.
    private static let maximumSeekPoints = 1_024

    private enum BlockType: UInt8 {
        case streamInfo = 0
        case padding = 1
        case seekTable = 3
        case vorbisComment = 4
    }

    let table: FLACTable
    /// Where each segment begins, counted from the first frame, and where the last one ends.
    let offsets: [Int64]
    /// Samples per channel.
    let sampleCount: Int64
    let tags: RenditionTags

    var bytes: [UInt8] {
        var result = Array("fLaC".utf8)
        append(.streamInfo, streamInfo, to: &result)
        append(.seekTable, seekTable, to: &result)
        let limit = Self.tagBytes - 2 * Self.blockHeadBytes
        let comment = VorbisComment(tags: tags, fields: channelFields).bytes(limit: limit)
        append(.vorbisComment, comment, to: &result)
        append(.padding, Array(repeating: 0, count: limit - comment.count), isLast: true, to: &result)
        return result
    }

    private func append(_ type: BlockType, _ body: [UInt8], isLast: Bool = false, to result: inout [UInt8]) {
        result.append(type.rawValue | (isLast ? 0x80 : 0))
        result.append(contentsOf: [16, 8, 0].map { UInt8(truncatingIfNeeded: body.count >> $0) })
        result.append(contentsOf: body)
    }

    private var streamInfo: [UInt8] {
        let blockSamples = UInt16(RenditionCodec.flac.samplesPerPacket)
        var body: [UInt8] = []
        body.append(bigEndian: blockSamples)
        body.append(bigEndian: blockSamples)
        for size in [table.frameBytes.lowerBound, table.frameBytes.upperBound] {
            body.append(contentsOf: [16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) })
        }
        let format = table.format
        // 20 bits of rate, 3 of channels, 5 of depth, 36 of samples; more samples than fit are "unknown".
        let total = sampleCount < 1 << 36 ? UInt64(sampleCount) : 0
        body.append(
            bigEndian: UInt64(format.sampleRate) << 44 | UInt64(format.channels - 1) << 41
                | UInt64(format.bitsPerSample - 1) << 36 | total)
        return body + table.md5
    }

    /// One point at the beginning of every segment, or of every few.
    private var seekTable: [UInt8] {
        let perSegment = FLACLayout.framesPerSegment(channels: table.format.channels)
        let segmentSamples = perSegment * Int64(RenditionCodec.flac.samplesPerPacket)
        let count = offsets.count - 1
        let step = max(1, (count + Self.maximumSeekPoints - 1) / Self.maximumSeekPoints)
        var body: [UInt8] = []
        for index in stride(from: 0, to: count, by: step) {
            let first = Int64(index) * segmentSamples
            body.append(bigEndian: UInt64(first))
            body.append(bigEndian: UInt64(offsets[index]))
            body.append(
                bigEndian: UInt16(min(Int64(RenditionCodec.flac.samplesPerPacket), sampleCount - first)))
        }
        return body
    }

    /// Speakers that the number of channels does not tell (section 8.6.2).
    private var channelFields: [(name: String, value: String)] {
        guard let mask = table.format.channelMask else { return [] }
        return [("WAVEFORMATEXTENSIBLE_CHANNEL_MASK", "0x" + String(mask, radix: 16, uppercase: true))]
    }
}
