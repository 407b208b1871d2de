import Foundation
import HTTPTypes
import Hummingbird
import Platform

/// A track's sound in one form as an HTTP resource: its headers, and what conditions and ranges of a request ask of it (RFC 9110).
struct MediaRepresentation: Sendable {
    /// What of the content is to be sent.
    enum Selection: Equatable {
        case whole
        case slice(Range<Int64>)
        case slices([Range<Int64>])
    }

    /// Strong: names the bytes.
    let etag: String
    let size: Int64
    let contentType: String
    let lastModified: Date
    /// Of every answer about it, errors apart.
    private(set) var headers: HTTPFields

    /// - Parameters:
    ///   - etag: with its quotes.
    ///   - name: for whoever saves it, without extension.
    init(
        etag: String, size: Int64, contentType: String, lastModified: Date, name: String, fileExtension: String
    ) {
        self.init(
            etag: etag, size: size, contentType: contentType, lastModified: lastModified,
            disposition: ContentDisposition.inline(name: name, fileExtension: fileExtension))
    }

    /// - Parameter disposition: a whole `Content-Disposition`.
    init(etag: String, size: Int64, contentType: String, lastModified: Date, disposition: String) {
        self.etag = etag
        self.size = size
        self.contentType = contentType
        // HTTP has no fractions of a second.
        self.lastModified = Date(timeIntervalSince1970: lastModified.timeIntervalSince1970.rounded(.down))
        headers = [
            .acceptRanges: "bytes",
            .eTag: etag,
            .lastModified: HTTPDate.text(self.lastModified),
            .cacheControl: "private, no-cache",
            .contentDisposition: disposition,
            .xContentTypeOptions: "nosniff",
        ]
    }

    /// Adds a header to every answer.
    mutating func add(_ name: HTTPField.Name, _ value: String) { headers[name] = value }

    /// The file as it was uploaded: the content's hash is its tag.
    init(originalOf track: Track) {
        self.init(
            etag: "\"\(track.source.blob)\"", size: Int64(track.source.size), contentType: track.source.mediaType,
            lastModified: track.createdAt, name: track.metadata.title, fileExtension: track.source.fileExtension)
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
