package import Hummingbird
import HTTPTypes
import Logging
import NIOCore

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}

/// Gives each request an id (the client's, if it sent a sane one) and the client's address, and names the id in the
/// answer and in every log line of the request.
package struct RequestIdentification: RouterMiddleware {
    package typealias Context = AppContext
    private let trustedProxies: TrustedProxies

    package init(trustedProxies: TrustedProxies) { self.trustedProxies = trustedProxies }

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let id = Self.identifier(request.headers[.requestID])
        context.requestID = id
        context.logger[metadataKey: "hb.request.id"] = .string(id)
        context.remoteAddress = trustedProxies.client(
            peer: context.channel.remoteAddress?.ipAddress ?? "", forwardedFor: request.headers[.forwardedFor])
        var response = try await next(request, context)
        response.headers[.requestID] = id
        return response
    }

    /// The client's id, or one of our own.
    static func identifier(_ given: String?) -> String { sane(given) ?? generate() }

    /// A client's id is taken if it is short and harmless in a log.
    static func sane(_ id: String?) -> String? {
        guard let id, (1...128).contains(id.utf8.count) else { return nil }
        let harmless = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return harmless ? id : nil
    }

    private static func generate() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
