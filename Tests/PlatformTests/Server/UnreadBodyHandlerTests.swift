import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Platform

struct UnreadBodyHandlerTests {
    private func request(_ method: HTTPRequest.Method) -> HTTPRequestPart {
        .head(HTTPRequest(method: method, scheme: "http", authority: "localhost", path: "/"))
    }

    private let answer = HTTPResponsePart.head(HTTPResponse(status: .ok))

    /// The heads that were written since the last call.
    private func heads(_ channel: EmbeddedChannel) throws -> [HTTPResponse] {
        var heads: [HTTPResponse] = []
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            if case .head(let head) = part { heads.append(head) }
        }
        return heads
    }

    private func connected() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: UnreadBodyHandler())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func closesAfterAnAnswerThatDidNotWaitForItsRequest() throws {
        let channel = try connected()
        try channel.writeInbound(request(.post))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1_000)))
        try channel.writeOutbound(answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try heads(channel).first?.headerFields[.connection] == "close")
        // The client, still sending, is heard out for a while.
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1_000)))
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(!channel.isActive)
    }

    @Test func discardsNoMoreThanItsBound() throws {
        let channel = try connected()
        try channel.writeInbound(request(.post))
        try channel.writeOutbound(answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        let half = ByteBuffer(repeating: 0, count: UnreadBodyHandler.maximumDiscardedBytes / 2)
        try channel.writeInbound(HTTPRequestPart.body(half))
        try channel.writeInbound(HTTPRequestPart.body(half))
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1)))
        #expect(!channel.isActive)
    }

    @Test func discardsNoLongerThanItsBound() throws {
        let channel = try connected()
        try channel.writeInbound(request(.post))
        try channel.writeOutbound(answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: UnreadBodyHandler.maximumDiscardTime)
        #expect(!channel.isActive)
    }

    @Test func keepsItsWordWhenTheRequestEndsDuringTheAnswer() throws {
        let channel = try connected()
        try channel.writeInbound(request(.post))
        try channel.writeOutbound(answer)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(channel.isActive)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(!channel.isActive)
    }

    @Test func leavesThePipelinedRequestBehindAnAnswerAlone() throws {
        let channel = try connected()
        try channel.writeInbound(request(.get))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeInbound(request(.post))
        try channel.writeOutbound(answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try heads(channel).map { $0.headerFields[.connection] } == [nil])
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try heads(channel).map { $0.headerFields[.connection] } == [nil])
        #expect(channel.isActive)
    }
}
