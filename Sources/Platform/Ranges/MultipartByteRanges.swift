import Crypto
import Foundation

/// The body of a 206 with several ranges (RFC 9110 §14.6): before each slice its head, after the last the tail.
package struct MultipartByteRanges: Sendable {
    /// The slices, in the order in which they are sent.
    package let slices: [Range<Int64>]
    private let size: Int64
    private let partType: String
    private let boundary: String

    /// - Parameters:
    ///   - size: bytes of the whole representation.
    ///   - contentType: of the representation.
    ///   - etag: of the representation, as in the `ETag` field. The boundary follows from it and the slices, so that
    ///     the same request is answered with the same bytes by every node; who chooses the content cannot foresee a
    ///     hash of it.
    package init(slices: [Range<Int64>], size: Int64, contentType: String, etag: String) {
        self.slices = slices
        self.size = size
        partType = contentType
        let identity = "\(etag) \(slices.map { RangeSelection.contentRange($0, size: size) })"
        boundary = Base64URL.text(SHA256.hash(data: Data(identity.utf8)).prefix(24))
    }

    /// The `Content-Type` of the answer.
    package var contentType: String { "multipart/byteranges; boundary=\(boundary)" }

    /// The `Content-Length` of the answer.
    package var contentLength: Int64 {
        slices.indices.reduce(Int64(tail.utf8.count)) { length, index in
            length + Int64(head(at: index).utf8.count) + Int64(slices[index].count)
        }
    }

    /// What goes before the slice with this index.
    package func head(at index: Int) -> String {
        let contentRange = RangeSelection.contentRange(slices[index], size: size)
        return "\(index == 0 ? "" : "\r\n")--\(boundary)\r\nContent-Type: \(partType)\r\n"
            + "Content-Range: \(contentRange)\r\n\r\n"
    }

    /// What goes after the last slice.
    package var tail: String { "\r\n--\(boundary)--\r\n" }
}
