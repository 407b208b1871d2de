/// Where each packet of a file's audio lies, and which decoded samples it gives: what makes access exact to the sample.
///
/// Counts are those of one linear decode with a fresh decoder; timestamps play no part, for many containers have wrong
/// ones. A packet can be read directly at `position` in MP3, ADTS, MP4, WAV, AIFF, FLAC and WavPack; in Ogg, Matroska
/// and Monkey's Audio seek back and demux until size and `checksum` match.
package struct PacketIndex: Hashable, Sendable {
    /// One packet.
    package struct Entry: Hashable, Sendable {
        /// Byte offset in the file (of its page or block in Ogg and Matroska); -1 when the demuxer knows none.
        package let position: Int64
        /// Compressed size.
        package let sizeBytes: Int
        /// CRC-32 (IEEE 802.3) of the compressed bytes, where position and size are not enough.
        package let checksum: UInt32?
        /// Number of its first decoded sample per channel.
        package let firstSample: Int64
        /// Samples per channel it decodes to; 0 for a header, a priming or a damaged packet.
        package let sampleCount: Int
        /// Samples the container wants dropped.
        package let trim: Trim?
    }

    /// Samples per channel that libavcodec must drop from a packet's output (`AV_PKT_DATA_SKIP_SAMPLES`).
    package struct Trim: Hashable, Sendable {
        /// From the beginning; may reach into later packets.
        package let start: Int
        /// From the end.
        package let end: Int
    }

    /// Samples per second of each channel.
    package internal(set) var sampleRate = 0
    /// Samples per channel of the whole decode, with those that come after the last packet, when the decoder is drained.
    package internal(set) var sampleCount: Int64 = 0

    var positions: [Int64] = []
    var sizes: [UInt32] = []
    var firstSamples: [Int64] = []
    var checksums: [UInt32] = []
    var trims: [Int: Trim] = [:]
    private(set) var indexedSamples: Int64 = 0

    /// More packets than this are refused: a day of 2.5 ms packets has twice as many.
    static let maximumCount = 1 << 24

    init() {}

    /// Number of packets.
    package var count: Int { positions.count }

    /// Whether packets carry checksums.
    package var hasChecksums: Bool { !checksums.isEmpty }

    /// One packet by its number, from 0.
    package subscript(number: Int) -> Entry {
        let next = number + 1 < count ? firstSamples[number + 1] : indexedSamples
        return Entry(
            position: positions[number], sizeBytes: Int(sizes[number]),
            checksum: hasChecksums ? checksums[number] : nil, firstSample: firstSamples[number],
            sampleCount: Int(next - firstSamples[number]), trim: trims[number])
    }

    /// Number of the packet whose output holds a sample; the last one for samples that come when the decoder is drained.
    /// - Returns: nil for samples outside the track.
    package func number(ofPacketWithSample sample: Int64) -> Int? {
        guard count > 0, sample >= 0, sample < sampleCount else { return nil }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if firstSamples[middle] <= sample { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// Adds the packet that was just decoded.
    mutating func append(position: Int64, sizeBytes: Int, checksum: UInt32?, samples: Int, trim: Trim?)
        throws(MediaError)
    {
        guard count < Self.maximumCount else {
            throw MediaError(code: .limitExceeded, message: "The file has more audio packets than Talas accepts.")
        }
        if let trim { trims[count] = trim }
        positions.append(position)
        sizes.append(UInt32(sizeBytes))
        firstSamples.append(indexedSamples)
        if let checksum { checksums.append(checksum) }
        indexedSamples += Int64(samples)
    }
}
