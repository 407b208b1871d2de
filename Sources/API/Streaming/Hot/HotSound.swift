import HTTPTypes
import Media
import NIOCore
import Platform

/// A form of a track that was sent lately: its header fields as bytes, and where its content is in memory.
final class HotSound: Sendable {
    enum Content: Sendable {
        case original(BlobID, StoredChunks)
        case rendition(RenditionContent)
    }

    let size: Int64
    /// Header lines of every answer, with their ends.
    let fields: ByteBuffer
    private let content: Content

    init(_ representation: MediaRepresentation, isNegotiated: Bool, content: Content) {
        size = representation.size
        self.content = content
        var headers = representation.headers
        headers[.contentType] = representation.contentType
        if isNegotiated { headers[.vary] = "Accept" }
        fields = ByteBuffer(string: headers.map { "\($0.name.rawName): \($0.value)\r\n" }.joined())
    }

    /// The bytes of a range, as slices of what is shared by all; nil unless all of it is in memory.
    func bytes(_ range: Range<Int64>) -> [ByteBuffer]? {
        switch content {
        case .original(let blob, let chunks): chunks.bytes(range, of: blob)
        case .rendition(let content): content.bytesInMemory(range)
        }
    }
}

extension RenditionContent {
    /// The bytes of a range, header and segments, if all of them are in memory.
    func bytesInMemory(_ range: Range<Int64>) -> [ByteBuffer]? {
        var bytes: [ByteBuffer] = []
        var offset = range.lowerBound
        if offset < layout.header.count {
            let end = min(layout.header.count, Int(range.upperBound))
            bytes.append(ByteBuffer(bytes: layout.header[Int(offset)..<end]))
            offset = Int64(end)
        }
        while offset < range.upperBound {
            guard let index = layout.segment(at: offset), let segment = room.segmentInMemory(index, of: self) else {
                return nil
            }
            let place = layout.bytes(ofSegment: index)
            let wanted = (offset..<range.upperBound).clamped(to: place)
            guard let slice = segment.getSlice(at: Int(wanted.lowerBound - place.lowerBound), length: wanted.count)
            else { return nil }
            bytes.append(slice)
            offset = wanted.upperBound
        }
        return bytes
    }
}
