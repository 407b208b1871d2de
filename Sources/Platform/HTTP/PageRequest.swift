package import Hummingbird

/// Which page of a list was asked for: `page` from 1, `limit` 1…100 (default 20).
package struct PageRequest: Sendable, Hashable {
    package let page: Int
    package let limit: Int

    /// How many rows come before this page.
    package var offset: Int { (page - 1) * limit }

    package init(page: Int = 1, limit: Int = 20) {
        self.page = page
        self.limit = limit
    }

    /// Reads `page` and `limit`; out of bounds or not numbers is 400.
    package init(_ request: Request) throws(Problem) {
        // The bound on `page` keeps the offset within a 64-bit integer.
        page = try request.queryInteger("page", in: 1...1_000_000_000) ?? 1
        limit = try request.queryInteger("limit", in: 1...100) ?? 20
    }
}
