import Foundation
import HTTPTypes
import Hummingbird
import Media
import Platform

/// Stored content as an HTTP resource: its headers, and what conditions and ranges of a request ask of it (RFC 9110).
struct StoredRepresentation: Sendable {
    /// What of the content is to be sent.
    enum Selection: Equatable {
        case whole
        case slice(Range<Int64>)
        case slices([Range<Int64>])
    }

    /// The content's hash names its bytes: a strong tag.
    let etag: String
    let size: Int64
    let contentType: String
    let lastModified: Date
    /// Of every answer about it, errors apart.
    let headers: HTTPFields

    init(_ track: Track) {
        etag = "\"\(track.source.blob)\""
        size = Int64(track.source.size)
        contentType = track.source.mediaType
        // HTTP has no fractions of a second.
        lastModified = Date(timeIntervalSince1970: track.createdAt.timeIntervalSince1970.rounded(.down))
        headers = [
            .acceptRanges: "bytes",
            .eTag: etag,
            .lastModified: HTTPDate.text(lastModified),
            .cacheControl: "private, no-cache",
            .contentDisposition: ContentDisposition.inline(
                name: track.metadata.title, fileExtension: track.source.fileExtension),
            .xContentTypeOptions: "nosniff",
        ]
    }

    /// What this request is to get; nil when its copy is good (304). Throws 412 and 416.
    func selection(for request: Request) throws(Problem) -> Selection? {
        switch Preconditions.evaluate(
            method: request.method, fields: request.headers, etag: etag, lastModified: lastModified)
        {
        case .notModified: return nil
        case .failed:
            throw Problem(
                .preconditionFailed, code: "precondition_failed", "The file is not the one that was asked for.")
        case .proceed: break
        }
        let isGet = request.method == .get
        let range = RangeSelection.select(
            range: isGet ? request.headers[.range] : nil, ifRange: request.headers[.ifRange], etag: etag,
            lastModified: lastModified, size: size)
        switch range {
        case .whole: return .whole
        case .slices(let slices): return slices.count == 1 ? .slice(slices[0]) : .slices(slices)
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, code: "range_not_satisfiable",
                "The file has \(size) bytes, and at most \(RangeSelection.maximumSlices) ranges that do not overlap "
                    + "can be had at once.",
                headers: [
                    .contentRange: RangeSelection.unsatisfiedContentRange(size: size), .acceptRanges: "bytes",
                ])
        }
    }
}
