package import Foundation
package import Hummingbird
package import Platform

/// A place in a list that grows at its head.
package enum Cursor: Hashable, Sendable {
    case id(Int)
    case time(Date)

    /// Reads an id or an RFC 3339 time; nil for anything else.
    package init?(_ text: String) {
        if let id = Int(text) {
            self = .id(id)
        } else if let time = Self.time(text) {
            self = .time(time)
        } else {
            return nil
        }
    }

    var id: Int? {
        if case .id(let id) = self { id } else { nil }
    }

    var time: Date? {
        if case .time(let time) = self { time } else { nil }
    }

    private static func time(_ text: String) -> Date? {
        // A `+` that was not percent-encoded arrives as a space.
        let text = text.replacing(" ", with: "+")
        let style = Date.ISO8601FormatStyle()
        return (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
    }
}

/// Which part of such a list was asked for: `before` and `after` bound it, `limit` is 1…100 (default 20).
package struct CursorPage: Hashable, Sendable {
    package let before: Cursor?
    package let after: Cursor?
    package let limit: Int

    package init(before: Cursor? = nil, after: Cursor? = nil, limit: Int = 20) {
        self.before = before
        self.after = after
        self.limit = limit
    }

    /// Reads the query; what is out of bounds or no cursor is 400.
    package init(_ request: Request) throws(Problem) {
        before = try Self.cursor("before", in: request)
        after = try Self.cursor("after", in: request)
        limit = try request.queryInteger("limit", in: 1...100) ?? 20
    }

    /// The same part with room for one more, to see whether there is more.
    func withOneMore() -> CursorPage { CursorPage(before: before, after: after, limit: limit + 1) }

    private static func cursor(_ name: String, in request: Request) throws(Problem) -> Cursor? {
        guard let text = request.query(name) else { return nil }
        guard let cursor = Cursor(text) else { throw .invalid([name: "must be an id or an RFC 3339 time"]) }
        return cursor
    }
}
