package import Foundation
package import HTTPTypes

/// What a request's conditions say of the present state of its target, in the order of RFC 9110 §13.2.2.
package enum Preconditions: Hashable, Sendable {
    /// Do what was asked.
    case proceed
    /// Answer 304: the client's copy is good.
    case notModified
    /// Answer 412: it is not the state that the client thinks.
    case failed

    /// `If-Match`, else `If-Unmodified-Since`; then `If-None-Match`, else `If-Modified-Since`. `If-Range` is
    /// ``RangeSelection``'s, and comes after.
    ///
    /// - Parameters:
    ///   - etag: of the present representation, with its quotes; nil if the target does not exist.
    ///   - lastModified: when it last changed; nil if that is not known.
    package static func evaluate(
        method: HTTPRequest.Method, fields: HTTPFields, etag: String?, lastModified: Date?
    ) -> Preconditions {
        let etag = etag.flatMap { EntityTag(field: $0) }
        let isRead = method == .get || method == .head
        if let field = fields[.ifMatch] {
            guard matches(field, etag, { $0.matchesStrongly($1) }) else { return .failed }
        } else if let limit = fields[.ifUnmodifiedSince].flatMap({ HTTPDate.date($0) }), let lastModified,
            wholeSeconds(lastModified) > wholeSeconds(limit)
        {
            return .failed
        }
        if let field = fields[.ifNoneMatch] {
            if matches(field, etag, { $0.matchesWeakly($1) }) { return isRead ? .notModified : .failed }
        } else if isRead, let limit = fields[.ifModifiedSince].flatMap({ HTTPDate.date($0) }), let lastModified,
            wholeSeconds(lastModified) <= wholeSeconds(limit)
        {
            return .notModified
        }
        return .proceed
    }

    private static func matches(
        _ field: String, _ etag: EntityTag?, _ areSame: (EntityTag, EntityTag) -> Bool
    ) -> Bool {
        guard let etag else { return false }
        if field.trimmingCharacters(in: .whitespaces) == "*" { return true }
        return EntityTag.list(field)?.contains { areSame($0, etag) } ?? false
    }

    /// Fields have no fractions.
    private static func wholeSeconds(_ date: Date) -> Double { date.timeIntervalSince1970.rounded(.down) }
}
