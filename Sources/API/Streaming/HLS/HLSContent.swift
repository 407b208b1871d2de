import Media
import NIOCore

/// A media segment of HLS: a segment of the rendition, as it is or out of its pages.
struct HLSContent: MediaContent {
    let rendition: HLSRendition
    let index: Int64
    let content: RenditionContent

    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        if rendition.keepsBytes { return try await segmentBytes(of: range, hasBegun: hasBegun) }
        var segment = ByteBuffer()
        let size = Int64(rendition.layout.bytes(ofSegment: index).count)
        while segment.readableBytes < size {
            // What has begun goes on: it is all of one segment.
            let isUnderWay = hasBegun || segment.readableBytes > 0
            var more = try await segmentBytes(of: Int64(segment.readableBytes)..<size, hasBegun: isUnderWay)
            segment.writeBuffer(&more)
        }
        let media = rendition.media(segment: index, bytes: Array(segment.readableBytesView))
        return ByteBuffer(bytes: media[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    /// The first of these bytes of the rendition's segment. The rendition is asked for all that follows, too, since who
    /// plays a segment will play the next, which may then be made ahead.
    private func segmentBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        let start = rendition.layout.bytes(ofSegment: index).lowerBound
        var bytes = try await content.firstBytes(
            of: start + range.lowerBound..<rendition.layout.size, hasBegun: hasBegun)
        return bytes.readSlice(length: min(bytes.readableBytes, range.count)) ?? bytes
    }
}

/// Bytes that are there already, such as an initialisation segment.
struct ReadyContent: MediaContent {
    let bytes: [UInt8]

    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        ByteBuffer(bytes: bytes[Int(range.lowerBound)..<Int(range.upperBound)])
    }
}
