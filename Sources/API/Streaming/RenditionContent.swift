import Media
import NIOCore

/// A rendition of a track: its header, and segments that are kept or made for it.
struct RenditionContent: MediaContent {
    /// Segments made ahead of the one that is being sent.
    private static let segmentsAhead: Int64 = 4

    let layout: RenditionLayout
    let source: RenditionSource
    let blob: BlobID
    /// What the codecs do that encode it.
    let behaviour: String
    /// Who listens.
    let account: Int
    let room: RenditionRoom

    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        if let index = layout.segment(at: range.lowerBound) {
            return try await bytes(of: range, inSegment: index, hasBegun: hasBegun)
        }
        let header = layout.header[Int(range.lowerBound)..<min(layout.header.count, Int(range.upperBound))]
        var bytes = ByteBuffer(bytes: header)
        // What can go wrong in the first segment has to be known before the answer begins.
        guard !hasBegun, range.upperBound > layout.header.count else { return bytes }
        let rest = Int64(layout.header.count)..<range.upperBound
        let isSmall = range.count <= MediaResponse.singlePieceBytes
        var more = try await self.bytes(of: isSmall ? rest : rest.prefix(1), inSegment: 0, hasBegun: false)
        // A long answer takes the segment as it lies, shared with all: here it would be a copy for each listener.
        if isSmall { bytes.writeBuffer(&more) }
        return bytes
    }

    private func bytes(of range: Range<Int64>, inSegment index: Int64, hasBegun: Bool) async throws -> ByteBuffer {
        let place = layout.bytes(ofSegment: index)
        let wanted = range.clamped(to: place)
        let offset = Int(wanted.lowerBound - place.lowerBound)
        let bytes = try await room.bytes(
            of: offset..<offset + wanted.count, inSegment: index, of: self, hasBegun: hasBegun)
        if range.upperBound > place.upperBound {
            for ahead in 1...Self.segmentsAhead { room.readAhead(index + ahead, of: self) }
        }
        return bytes
    }
}

extension Range<Int64> {
    /// Its first numbers, so many at most.
    fileprivate func prefix(_ count: Int64) -> Range<Int64> { lowerBound..<Swift.min(upperBound, lowerBound + count) }
}
