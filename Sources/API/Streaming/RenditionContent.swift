import Media
import NIOCore

/// A rendition of a track: its header, and segments that come out of memory or are made for it.
struct RenditionContent: MediaContent {
    let layout: RenditionLayout
    let source: RenditionSource
    let blob: BlobID
    let room: RenditionRoom

    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        if let index = layout.segment(at: range.lowerBound) {
            return try await bytes(of: range, inSegment: index, hasBegun: hasBegun)
        }
        let header = layout.header[Int(range.lowerBound)..<min(layout.header.count, Int(range.upperBound))]
        var bytes = ByteBuffer(bytes: header)
        // What can go wrong in the first segment has to be known before the answer begins.
        if !hasBegun, range.upperBound > layout.header.count {
            var more = try await self.bytes(
                of: Int64(layout.header.count)..<range.upperBound, inSegment: 0, hasBegun: false)
            bytes.writeBuffer(&more)
        }
        return bytes
    }

    private func bytes(of range: Range<Int64>, inSegment index: Int64, hasBegun: Bool) async throws -> ByteBuffer {
        let place = layout.bytes(ofSegment: index)
        let segment = try await room.segment(index, of: self, hasBegun: hasBegun)
        if range.upperBound > place.upperBound { room.readAhead(index + 1, of: self) }
        let wanted = range.clamped(to: place)
        let slice = segment.getSlice(at: Int(wanted.lowerBound - place.lowerBound), length: wanted.count)
        guard let slice, !slice.readableBytesView.isEmpty else {
            throw MediaError(code: .io, message: "A segment is shorter than the arithmetic has it.")
        }
        return slice
    }
}
