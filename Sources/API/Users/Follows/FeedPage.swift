import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// `{"success": true, "data": […], "pagination": {"limit", "has_more", "before", "after"}}`.
struct FeedPage: ResponseGenerator, Encodable, Sendable {
    private let success = true
    private let data: [TrackObject]
    private let pagination: Pagination

    /// - Parameter found: the tracks, newest first, with one more than the page holds if there is one.
    init(_ found: [TrackObject], page: CursorPage) {
        // The surplus one is the farthest from the cursor: the newest when reading upwards, else the oldest.
        let isAscending = page.after != nil && page.before == nil
        data = Array(isAscending ? found.suffix(page.limit) : found.prefix(page.limit))
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
