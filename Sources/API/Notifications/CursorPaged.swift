import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// A part of a list that grows at its head: `{"success": true, "data": […], "pagination": {"limit", "has_more", "before",
/// "after"}}`, and of notifications `"unread"`.
struct CursorPaged<Item: Encodable & Identifiable<Int> & Sendable>: ResponseGenerator, Encodable, Sendable {
    private let success = true
    private let data: [Item]
    /// How many are unread, on all pages; left out where that means nothing.
    private let unread: Int?
    private let pagination: Pagination

    /// - Parameter found: newest first, with one more than the page holds if there is one.
    init(_ found: [Item], page: CursorPage, unread: Int? = nil) {
        // The surplus one is the farthest from the cursor: the newest when reading upwards, else the oldest.
        let isAscending = page.after != nil && page.before == nil
        data = Array(isAscending ? found.suffix(page.limit) : found.prefix(page.limit))
        self.unread = unread
        pagination = Pagination(
            limit: page.limit, hasMore: found.count > page.limit, before: data.last?.id, after: data.first?.id)
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let bytes = ByteBuffer(bytes: try JSONCoding.encoder().encode(self))
        return Representation(bytes, contentType: "application/json", cacheControl: "private, no-cache")
            .response(to: request)
    }

    private struct Pagination: Encodable, Sendable {
        let limit: Int
        let hasMore: Bool
        /// The cursor that leads to older ones.
        @Nullable var before: Int?
        /// The cursor that leads to newer ones.
        @Nullable var after: Int?
    }
}
