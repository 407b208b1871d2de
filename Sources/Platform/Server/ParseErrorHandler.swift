import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers a request that is not HTTP, or whose head is too large, with a problem like every other, and closes.
final class ParseErrorHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        let tooLarge = error == .headerOverflow
        let body =
            tooLarge
            ? #"{"code":"headers_too_large","error":"The request's headers are larger than this server takes.","success":false}"#
            : #"{"code":"malformed_request","error":"The request is not valid HTTP/1.1.","success":false}"#
        let status: HTTPResponse.Status = tooLarge ? .requestHeaderFieldsTooLarge : .badRequest
        let head = HTTPResponse(
            status: status,
            headerFields: [
                .contentType: "application/json", .contentLength: String(body.utf8.count), .connection: "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(string: body))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in box.value.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
