import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport

/// A client of `GET /events`, reading one event after another.
struct EventListener {
    let status: Int
    let contentType: String?
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var text = ""

    /// Opens the stream.
    init(_ app: TestApp, query: String = "", token: String? = nil, lastID: Int? = nil) async throws {
        var request = HTTPClientRequest(url: "\(app.url)/api/v1/events\(query)")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let lastID { request.headers.add(name: "Last-Event-ID", value: "\(lastID)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        status = Int(response.status.code)
        contentType = response.headers.first(name: "content-type")
        body = response.body.makeAsyncIterator()
    }

    /// The lines of the next event, comments and the first `retry` left out; nil when the stream has ended.
    mutating func next() async throws -> [String]? {
        while true {
            while let end = text.range(of: "\n\n") {
                let lines = text[..<end.lowerBound].split(separator: "\n").map(String.init)
                text.removeSubrange(..<end.upperBound)
                let meaningful = lines.filter { !$0.hasPrefix(":") && !$0.hasPrefix("retry:") }
                if !meaningful.isEmpty { return meaningful }
            }
            guard let bytes = try await body.next() else { return nil }
            text += String(buffer: bytes)
        }
    }
}
