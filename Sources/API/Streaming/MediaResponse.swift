import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// Answers requests for a track's sound: whole, in ranges, or just its head.
struct MediaResponse: Sendable {
    /// Up to this much is read at once where it is at hand, and then goes out in one piece.
    static let singlePieceBytes = 256 << 10

    /// Notes that the answer begins on a connection, so that it can be ended; gives what to call when it is through.
    typealias Registration = @Sendable (any Channel) -> @Sendable () -> Void

    let representation: MediaRepresentation
    let register: Registration

    init(representation: MediaRepresentation, register: @escaping Registration) {
        self.representation = representation
        self.register = register
    }

    /// Of a track's sound, for as long as it may be heard.
    init(track: Track, listener: Listener, live: LiveResponses, representation: MediaRepresentation) {
        self.init(representation: representation) { [id = track.id] channel in
            let number = live.add(id, listener, channel)
            return { live.remove(number) }
        }
    }

    /// What `request` asks for. The first bytes are there before the answer begins, so that what goes wrong is told
    /// by its status.
    /// - Parameter open: gives the content; not called for answers without a body.
    func answer<Content: MediaContent>(
        _ request: Request, _ context: AppContext, content open: () async throws -> Content
    ) async throws -> Response {
        var headers = representation.headers
        guard let selection = try representation.selection(for: request) else {
            return Response(status: .notModified, headers: headers)
        }
        let pieces = Self.pieces(selection, representation, &headers)
        let status: HTTPResponse.Status = selection == .whole ? .ok : .partialContent
        guard request.method == .get else { return Response(status: status, headers: headers) }
        let content = try await open()
        guard let range = pieces.lazy.compactMap(\.range).first else {
            return Response(status: status, headers: headers)
        }
        let first = try await content.firstBytes(of: range, hasBegun: false)
        if pieces.count == 1, first.readableBytes == range.count {
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: first))
        }
        return Response(status: status, headers: headers, body: body(pieces, content, first, context.channel))
    }

    private func body(
        _ pieces: [Piece], _ content: some MediaContent, _ first: ByteBuffer, _ channel: any Channel
    ) -> ResponseBody {
        ResponseBody { [register] writer in
            let end = register(channel)
            defer { end() }
            var first: ByteBuffer? = first
            for piece in pieces {
                switch piece {
                case .text(let text): try await writer.write(ByteBuffer(string: text))
                case .slice(let range):
                    try await Self.send(range, of: content, beginning: first, to: &writer)
                    first = nil
                }
            }
            try await writer.finish(nil)
        }
    }

    /// A part of a body: text around ranges, or a range.
    private enum Piece: Sendable {
        case text(String)
        case slice(Range<Int64>)

        var range: Range<Int64>? { if case .slice(let range) = self { range } else { nil } }
    }

    /// What the body is made of; adds the headers that depend on it.
    private static func pieces(
        _ selection: MediaRepresentation.Selection, _ representation: MediaRepresentation,
        _ headers: inout HTTPFields
    ) -> [Piece] {
        headers[.contentType] = representation.contentType
        switch selection {
        case .whole:
            headers[.contentLength] = String(representation.size)
            return representation.size == 0 ? [] : [.slice(0..<representation.size)]
        case .slice(let range):
            headers[.contentRange] = RangeSelection.contentRange(range, size: representation.size)
            headers[.contentLength] = String(range.count)
            return [.slice(range)]
        case .slices(let ranges):
            let parts = MultipartByteRanges(
                slices: ranges, size: representation.size, contentType: representation.contentType,
                etag: representation.etag)
            headers[.contentType] = parts.contentType
            headers[.contentLength] = String(parts.contentLength)
            let bodies = ranges.indices.flatMap { index in
                [Piece.text(parts.head(at: index)), .slice(ranges[index])]
            }
            return bodies + [.text(parts.tail)]
        }
    }

    /// The writer waits while the client does not read, so no more is held than was read last.
    private static func send(
        _ range: Range<Int64>, of content: some MediaContent, beginning: ByteBuffer?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var offset = range.lowerBound
        if let beginning {
            offset += Int64(beginning.readableBytes)
            try await writer.write(beginning)
        }
        while offset < range.upperBound {
            let bytes = try await content.firstBytes(of: offset..<range.upperBound, hasBegun: true)
            offset += Int64(bytes.readableBytes)
            try await writer.write(bytes)
        }
    }
}
