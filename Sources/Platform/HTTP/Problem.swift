import Foundation
package import HTTPTypes
package import Hummingbird
import NIOCore
import NIOFoundationCompat

/// A refusal as the client sees it: `{"success": false, "error": …, "code": …, "fields"?: …}`.
package struct Problem: Error, HTTPResponseError, Sendable {
    package let status: HTTPResponse.Status
    /// A stable `snake_case` name for programs.
    package let code: String
    /// One clear sentence for people.
    package let message: String
    /// What is wrong with which field of the request.
    package let fields: [String: String]
    /// Further members of the body, such as the id of what exists already.
    package let details: [String: Int]
    package let headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status, code: String, _ message: String, fields: [String: String] = [:],
        details: [String: Int] = [:], retryAfterSeconds: Int? = nil, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
        self.details = details
        var headers = headers
        if let retryAfterSeconds { headers[.retryAfter] = String(max(1, retryAfterSeconds)) }
        self.headers = headers
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = JSONBody.response(Body(problem: self), status: status)
        for field in headers { response.headers[field.name] = field.value }
        response.headers[.cacheControl] = "no-store"
        // A body here would be taken for the beginning of the next answer (RFC 9110, 9.3.2).
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The body as JSON, for answers that no router gives.
    var encoded: ByteBuffer {
        // Only texts and whole numbers: nothing in it that JSON cannot carry.
        (try? JSONCoding.encoder().encode(Body(problem: self))).map { ByteBuffer(data: $0) } ?? ByteBuffer()
    }

    /// The body; `details` stand beside `code`.
    private struct Body: Encodable, Sendable {
        let problem: Problem

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(false, forKey: Key("success"))
            try container.encode(problem.message, forKey: Key("error"))
            try container.encode(problem.code, forKey: Key("code"))
            if !problem.fields.isEmpty { try container.encode(problem.fields, forKey: Key("fields")) }
            for (name, value) in problem.details { try container.encode(value, forKey: Key(name)) }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Problem {
    /// 400 with what is wrong with which field.
    package static func invalid(_ fields: [String: String]) -> Problem {
        let names = fields.keys.sorted().joined(separator: ", ")
        return Problem(.badRequest, code: "invalid", "Some fields are not valid: \(names).", fields: fields)
    }

    /// 401: no token, or one that is unknown, expired or ended.
    package static let unauthorized = Problem(
        .unauthorized, code: "unauthorized", "Sign in first: the access token is missing, expired or revoked.",
        headers: [.wwwAuthenticate: "Bearer"])

    /// 403 for a known caller without the right.
    package static let forbidden = Problem(.forbidden, code: "forbidden", "Your role does not allow this.")

    /// 403 for a personal access token whose scopes do not reach this far.
    package static let insufficientScope = Problem(
        .forbidden, code: "insufficient_scope",
        "This access token is not good for that: use one with the right scope, or sign in.")
    /// 403 for a suspended account that would change something.
    package static let suspended = Problem(
        .forbidden, code: "account_suspended", "This account is suspended: it can read, but not change anything.")

    /// 403 for a banned account, whatever it asks for.
    package static let banned = Problem(.forbidden, code: "account_banned", "This account is banned.")

    /// 404 for what does not exist or may not be seen by the caller.
    package static func notFound(_ what: String) -> Problem {
        Problem(.notFound, code: "not_found", "There is no such \(what).")
    }

    /// 500; what happened is in the log under the request id.
    package static let internalError = Problem(
        .internalServerError, code: "internal",
        "Something went wrong on the server; the log has it under the request id.")
}
