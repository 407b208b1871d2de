import HTTPTypes
package import Hummingbird
import NIOCore

/// Sends `100 Continue` (RFC 9110 §10.1.1) when the body is first read, so that a client that asked for leave to send a
/// large body sends nothing of it where it is refused.
package struct ExpectContinue: RouterMiddleware {
    package typealias Context = AppContext

    package init() {}

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return try await next(request, context) }
        var request = request
        request.body = RequestBody(asyncSequence: AnnouncedBody(base: request.body, channel: context.channel))
        return try await next(request, context)
    }

    private struct AnnouncedBody: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        let base: RequestBody
        let channel: any Channel

        func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), channel: channel) }

        struct Iterator: AsyncIteratorProtocol {
            var base: RequestBody.AsyncIterator
            let channel: any Channel
            var isAnnounced = false

            mutating func next() async throws -> ByteBuffer? {
                if !isAnnounced {
                    isAnnounced = true
                    try await channel.triggerUserOutboundEvent(SendContinue()).get()
                }
                return try await base.next()
            }
        }
    }
}
