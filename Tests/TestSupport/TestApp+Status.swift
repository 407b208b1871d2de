import AsyncHTTPClient
package import Foundation
import NIOCore
package import NIOHTTP1

extension TestApp {
    /// Sends a request and gives the status of the answer, whose body may never end.
    package func status(
        _ method: HTTPMethod, _ path: String, headers: HTTPHeaders = [:], body: Data? = nil, token: String? = nil
    ) async throws -> Int {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        // A short body is read to its end, so that the connection can be kept; unpacked it may be longer.
        if response.headers.first(name: "Content-Length").flatMap({ Int($0) }).map({ $0 < 1 << 16 }) ?? false {
            _ = try await response.body.collect(upTo: 1 << 24)
        }
        return Int(response.status.code)
    }
}
