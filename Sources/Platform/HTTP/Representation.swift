import Crypto
import Foundation
package import HTTPTypes
package import Hummingbird
package import NIOCore

/// A whole body in memory: gets a strong ETag, answers `If-None-Match` with 304 (RFC 9110 §13.1.2), and is compressed
/// when it is text over 1 KiB and the client asks for it; the compressed form has an ETag of its own.
package struct Representation: Sendable {
    private let bytes: ByteBuffer
    private let contentType: String
    private let status: HTTPResponse.Status
    private let cacheControl: String

    /// - Parameters:
    ///   - bytes: the body, uncompressed.
    ///   - contentType: its type; JSON, SVG and `text/*` are compressed when asked for.
    ///   - cacheControl: the `Cache-Control` of the answer.
    package init(
        _ bytes: ByteBuffer, contentType: String, status: HTTPResponse.Status = .ok, cacheControl: String
    ) {
        self.bytes = bytes
        self.contentType = contentType
        self.status = status
        self.cacheControl = cacheControl
    }

    /// The answer to this request.
    package func response(to request: Request) -> Response {
        let isText =
            contentType.hasPrefix("text/") || contentType.contains("json") || contentType.contains("svg")
            || contentType.contains("javascript") || contentType.contains("mpegurl")
        let compress = isText && bytes.readableBytes > 1_024 && Self.acceptsGzip(request.headers[.acceptEncoding])
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: cacheControl]
        if isText { headers[.vary] = "Accept-Encoding" }
        if status == .ok, request.method == .get || request.method == .head {
            let etag = "\"\(digest)\(compress ? "-gzip" : "")\""
            headers[.eTag] = etag
            if Self.matches(request.headers[.ifNoneMatch], etag) {
                return Response(status: .notModified, headers: headers)
            }
        }
        if compress, let compressed = Gzip.compress(bytes) {
            headers[.contentEncoding] = "gzip"
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: compressed))
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    /// 128 bits of SHA-256: no two bodies share it by accident or design.
    private var digest: String {
        SHA256.hash(data: bytes.readableBytesView).prefix(16).map { Self.hexadecimal[Int($0)] }.joined()
    }

    private static let hexadecimal = (0..<256).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }

    /// Whether `gzip` or `*` is accepted with a weight above zero (RFC 9110 §12.5.3).
    static func acceptsGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        var any = false
        for item in header.lowercased().split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let name = parts.first else { continue }
            let refused = parts.dropFirst().contains { part in
                part.hasPrefix("q=") && (Double(part.dropFirst(2)) ?? 0) == 0
            }
            if name == "gzip" { return !refused }
            if name == "*" { any = !refused }
        }
        return any
    }

    /// Weak comparison, as `If-None-Match` asks for.
    static func matches(_ header: String?, _ etag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { candidate in
            let candidate = candidate.trimmingCharacters(in: .whitespaces)
            return candidate == "*" || candidate == etag || candidate == "W/" + etag
        }
    }
}
