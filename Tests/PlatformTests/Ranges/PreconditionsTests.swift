import Foundation
import HTTPTypes
import Testing

@testable import Platform

struct PreconditionsTests {
    private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let same = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"

    private func evaluate(
        _ method: HTTPRequest.Method, _ fields: HTTPFields, etag: String? = "\"v1\""
    ) -> Preconditions {
        Preconditions.evaluate(
            method: method, fields: fields, etag: etag, lastModified: Date(timeIntervalSince1970: 784_111_777.5))
    }

    private static let cases: [(HTTPFields, Preconditions, Preconditions)] = [
        ([:], .proceed, .proceed),
        ([.ifMatch: "\"v1\""], .proceed, .proceed), ([.ifMatch: "\"v0\", \"v1\""], .proceed, .proceed),
        ([.ifMatch: "*"], .proceed, .proceed), ([.ifMatch: "\"v2\""], .failed, .failed),
        ([.ifMatch: "W/\"v1\""], .failed, .failed), ([.ifMatch: "nonsense"], .failed, .failed),
        ([.ifUnmodifiedSince: same], .proceed, .proceed), ([.ifUnmodifiedSince: before], .failed, .failed),
        ([.ifUnmodifiedSince: "nonsense"], .proceed, .proceed),
        ([.ifNoneMatch: "\"v1\""], .notModified, .failed), ([.ifNoneMatch: "W/\"v1\""], .notModified, .failed),
        ([.ifNoneMatch: "*"], .notModified, .failed), ([.ifNoneMatch: "\"v2\""], .proceed, .proceed),
        ([.ifModifiedSince: same], .notModified, .proceed), ([.ifModifiedSince: after], .notModified, .proceed),
        ([.ifModifiedSince: before], .proceed, .proceed), ([.ifModifiedSince: "nonsense"], .proceed, .proceed),
        // If-Match comes first, and its date does not count beside it.
        ([.ifMatch: "\"v1\"", .ifUnmodifiedSince: before], .proceed, .proceed),
        ([.ifMatch: "\"v2\"", .ifNoneMatch: "\"v1\""], .failed, .failed),
        ([.ifMatch: "\"v1\"", .ifNoneMatch: "\"v1\""], .notModified, .failed),
        // If-None-Match beats If-Modified-Since, both ways.
        ([.ifNoneMatch: "\"v2\"", .ifModifiedSince: after], .proceed, .proceed),
        ([.ifNoneMatch: "\"v1\"", .ifModifiedSince: before], .notModified, .failed),
    ]

    @Test(arguments: cases)
    func followTheOrder(fields: HTTPFields, read: Preconditions, write: Preconditions) {
        #expect(evaluate(.get, fields) == read && evaluate(.head, fields) == read)
        #expect(evaluate(.put, fields) == write && evaluate(.delete, fields) == write)
    }

    @Test func whatDoesNotExistMatchesNothing() {
        #expect(evaluate(.put, [.ifMatch: "*"], etag: nil) == .failed)
        #expect(evaluate(.put, [.ifNoneMatch: "*"], etag: nil) == .proceed)
    }
}
