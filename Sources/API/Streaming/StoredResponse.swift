import Logging
import HTTPTypes
import Hummingbird
import Media
import NIOCore
import Platform

/// Answers requests for stored content: whole, in ranges, or just its head.
package struct StoredResponse: Sendable {
    /// How much is read and handed to the connection at a time: what a listener costs in memory.
    static let chunkBytes = 128 << 10
    /// Up to this much is read before the answer begins, which then goes out in one piece.
    static let singlePieceBytes = 256 << 10

    let reader: FileReader
    let live: LiveResponses

    package init(reader: FileReader, live: LiveResponses) {
        self.reader = reader
        self.live = live
    }

    /// The source of `track`, as `request` asks for it.
    func original(
        of track: Track, for listener: Listener, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let representation = StoredRepresentation(track)
        var headers = representation.headers
        guard let selection = try representation.selection(for: request) else {
            return Response(status: .notModified, headers: headers)
        }
        let pieces = Self.pieces(selection, representation, &headers)
        let status: HTTPResponse.Status = selection == .whole ? .ok : .partialContent
        guard request.method == .get else { return Response(status: status, headers: headers) }
        guard let file = try await reader.open(track.source.blob), file.size == track.source.size else {
            context.logger.error("Stored content is missing or damaged", metadata: ["track": "\(track.id)"])
            throw Problem(
                .internalServerError, code: "content_missing",
                "The stored file is missing or damaged; the operator can see more in the log.")
        }
        if case .slice(let range)? = pieces.first, pieces.count == 1, range.count <= Self.singlePieceBytes {
            let bytes = try await whole(range, of: file)
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
        }
        let channel = context.channel
        return Response(
            status: status, headers: headers,
            body: ResponseBody { writer in
                let id = live.add(track.id, listener, channel)
                defer { live.remove(id) }
                for piece in pieces { try await send(piece, of: file, to: &writer) }
                try await writer.finish(nil)
            })
    }

    /// A part of a body: text around ranges, or a range.
    private enum Piece: Sendable {
        case text(String)
        case slice(Range<Int>)
    }

    /// What the body is made of; adds the headers that depend on it.
    private static func pieces(
        _ selection: StoredRepresentation.Selection, _ representation: StoredRepresentation,
        _ headers: inout HTTPFields
    ) -> [Piece] {
        headers[.contentType] = representation.contentType
        switch selection {
        case .whole:
            headers[.contentLength] = String(representation.size)
            return representation.size == 0 ? [] : [.slice(0..<Int(representation.size))]
        case .slice(let range):
            headers[.contentRange] = RangeSelection.contentRange(range, size: representation.size)
            headers[.contentLength] = String(range.count)
            return [.slice(Int(range.lowerBound)..<Int(range.upperBound))]
        case .slices(let ranges):
            let parts = MultipartByteRanges(
                slices: ranges, size: representation.size, contentType: representation.contentType,
                etag: representation.etag)
            headers[.contentType] = parts.contentType
            headers[.contentLength] = String(parts.contentLength)
            let bodies = ranges.indices.flatMap { index in
                [
                    Piece.text(parts.head(at: index)),
                    .slice(Int(ranges[index].lowerBound)..<Int(ranges[index].upperBound)),
                ]
            }
            return bodies + [.text(parts.tail)]
        }
    }

    private func whole(_ range: Range<Int>, of file: BlobFile) async throws -> ByteBuffer {
        var bytes = try await reader.read(
            file, offset: range.lowerBound, count: range.count, allocator: ByteBufferAllocator())
        while bytes.readableBytes < range.count {
            var rest = try await reader.read(
                file, offset: range.lowerBound + bytes.readableBytes, count: range.count - bytes.readableBytes,
                allocator: ByteBufferAllocator())
            bytes.writeBuffer(&rest)
        }
        return bytes
    }

    /// The writer waits while the client does not read, so no more than one chunk is held.
    private func send(_ piece: Piece, of file: BlobFile, to writer: inout any ResponseBodyWriter) async throws {
        switch piece {
        case .text(let text): try await writer.write(ByteBuffer(string: text))
        case .slice(let range):
            var offset = range.lowerBound
            while offset < range.upperBound {
                let chunk = try await reader.read(
                    file, offset: offset, count: min(Self.chunkBytes, range.upperBound - offset),
                    allocator: ByteBufferAllocator())
                offset += chunk.readableBytes
                try await writer.write(chunk)
            }
        }
    }
}
