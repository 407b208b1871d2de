package import HTTPTypes
package import Hummingbird

/// `{"success": true, "message"?: …, "data": …}`. A GET gets an ETag and answers `If-None-Match`.
package struct Success<Value: Encodable & Sendable>: ResponseGenerator, Sendable {
    private let envelope: Envelope
    private let status: HTTPResponse.Status

    package init(_ data: Value, message: String? = nil, status: HTTPResponse.Status = .ok) {
        envelope = Envelope(message: message, data: data)
        self.status = status
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        JSONBody.response(envelope, status: status, to: request)
    }

    private struct Envelope: Encodable, Sendable {
        let success = true
        let message: String?
        let data: Value
    }
}

/// `{"success": true, "message": …}`.
package struct Acknowledgement: ResponseGenerator, Encodable, Sendable {
    private let success = true
    private let message: String

    package init(_ message: String) { self.message = message }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        JSONBody.response(self, status: .ok)
    }
}

/// `{"success": true, "data": […], "pagination": {"page", "limit", "total", "pages"}}`.
package struct Paged<Item: Encodable & Sendable>: ResponseGenerator, Sendable {
    private let envelope: Envelope

    /// - Parameters:
    ///   - items: the rows of this page, in order.
    ///   - page: what was asked for.
    ///   - total: how many rows there are on all pages.
    package init(_ items: [Item], page: PageRequest, total: Int) {
        let pages = (total + page.limit - 1) / page.limit
        envelope = Envelope(
            data: items, pagination: Pagination(page: page.page, limit: page.limit, total: total, pages: pages))
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        JSONBody.response(envelope, status: .ok, to: request)
    }

    private struct Envelope: Encodable, Sendable {
        let success = true
        let data: [Item]
        let pagination: Pagination
    }

    private struct Pagination: Encodable, Sendable { let page, limit, total, pages: Int }
}
