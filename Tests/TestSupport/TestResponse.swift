package import Foundation
package import NIOHTTP1

/// A whole answer.
package struct TestResponse: Sendable, CustomStringConvertible {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: Data

    /// The body as JSON; nil where it is none.
    package var json: [String: Any]? { try? JSONSerialization.jsonObject(with: body) as? [String: Any] }
    /// The member `data` of the envelope.
    package var data: Any? { json?["data"] }
    /// The member `code` of a problem.
    package var code: String? { json?["code"] as? String }

    package var description: String {
        "\(status) \(String(decoding: body.prefix(1_000), as: UTF8.self))"
    }
}
