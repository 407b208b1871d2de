import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
package import NIOHTTP1

/// A request whose body is sent piece by piece, as the test wants it.
package final class OpenRequest: Sendable {
    private let body = AsyncStream<ByteBuffer>.makeStream()
    private let answer: Task<Int, any Error>

    /// Begins the request.
    /// - Parameter length: bytes that the body will have.
    package init(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders, length: Int) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        request.body = .stream(body.stream, length: .known(Int64(length)))
        let prepared = request
        // Ends with the request, which `status` waits for.
        answer = Task { Int(try await HTTPClient.shared.execute(prepared, timeout: .seconds(60)).status.code) }
    }

    /// Sends more of the body.
    package func send(_ bytes: Data) { body.continuation.yield(ByteBuffer(data: bytes)) }

    /// Ends the body.
    package func finish() { body.continuation.finish() }

    /// The status of the answer, when it comes.
    package var status: Int { get async throws { try await answer.value } }
}
