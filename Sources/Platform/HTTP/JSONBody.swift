import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// JSON answers.
enum JSONBody {
    /// An answer to a request that may be conditional or ask for compression.
    static func response(_ value: some Encodable, status: HTTPResponse.Status, to request: Request) -> Response {
        guard let bytes = encode(value) else { return failure }
        return Representation(
            bytes, contentType: "application/json", status: status, cacheControl: "private, no-cache"
        ).response(to: request)
    }

    /// An answer that depends on nothing but its value.
    static func response(_ value: some Encodable, status: HTTPResponse.Status) -> Response {
        guard let bytes = encode(value) else { return failure }
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
    }

    private static func encode(_ value: some Encodable) -> ByteBuffer? {
        (try? JSONCoding.encoder().encode(value)).map { ByteBuffer(data: $0) }
    }

    /// Only a value that JSON cannot carry (an infinite number) leads here: a fault of ours, never of the client's.
    private static let failure = Response(
        status: .internalServerError, headers: [.contentType: "application/json"],
        body: ResponseBody(
            byteBuffer: ByteBuffer(
                string: #"{"code":"internal","error":"The answer could not be written.","success":false}"#)))
}
