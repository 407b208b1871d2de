import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Platform

struct HotAnswerHandlerTests {
    /// Answers `/hot` with `x`, and notes what it is told.
    private final class Answers: HotConnection {
        static let route = HotRoute("/hot")
        var told: [String] = []

        func answer(_ request: HotRequest) -> HotAnswer? {
            guard request.target == "/hot" else { return nil }
            let body = request.isHead ? [] : [ByteBuffer(string: "x")]
            return HotAnswer(
                route: Self.route, fields: ByteBuffer(string: "A: b\r\n"), size: 1, slice: nil, body: body)
        }

        func answersWait(on channel: any Channel) { told.append("wait") }
        func answersAreOut() { told.append("out") }
    }

    /// Keeps what the application would see.
    private final class Application: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var targets: [String] = []
        var events: [String] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .head(let head) = unwrapInboundIn(data) { targets.append(head.uri) }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { events.append("\(event)") }
    }

    private let channel: EmbeddedChannel
    private let answers = Answers()
    private let application = Application()

    init() throws {
        channel = EmbeddedChannel()
        let pipeline = channel.pipeline.syncOperations
        let socket = SocketTap()
        try pipeline.addHandler(socket)
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try pipeline.addHandler(
            HotAnswerHandler(answers, socket: socket, idleTimeout: .seconds(75), logger: logger))
        try pipeline.addHandler(application)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func receive(_ targets: String...) throws {
        let text = targets.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
        try channel.writeInbound(ByteBuffer(string: text))
    }

    private func sent() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let buffer) = bytes { text += String(buffer: buffer) }
        }
        return text
    }

    @Test func answersWhatIsHot() throws {
        try receive("/hot")
        let text = try sent()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: b\r\nX-Request-Id: "))
        #expect(text.hasSuffix("\r\nServer: Talas\r\n\r\nx"))
        #expect(application.targets.isEmpty)
    }

    @Test func keepsTheOrderOfRequests() throws {
        try receive("/hot", "/slow", "/hot")
        #expect(try sent().components(separatedBy: "HTTP/1.1 200").count == 2)
        #expect(application.targets == ["/slow", "/hot"])
        // Not even the next one, while the first of the others is not answered.
        try receive("/hot")
        #expect(application.targets.count == 3)
        for _ in 0..<3 {
            channel.write(HTTPServerResponsePart.head(.init(version: .http1_1, status: .ok)), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        }
        _ = try sent()
        try receive("/hot")
        #expect(try sent().hasSuffix("x"))
        #expect(application.targets.count == 3)
    }

    @Test func answersNothingBehindAnEnd() throws {
        try receive("/slow")
        channel.write(
            HTTPServerResponsePart.head(.init(version: .http1_1, status: .ok, headers: ["Connection": "close"])),
            promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        try receive("/hot")
        #expect(application.targets == ["/slow", "/hot"])
    }

    @Test func passesOnWhatHappensToTheConnection() throws {
        try receive("/hot")
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(application.events.count == 2)
        #expect(answers.told == ["out"])
    }

    @Test func closesWhatIsSilent() throws {
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        try receive("/hot")
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func waitsForTheApplicationHoweverLong() throws {
        try receive("/slow")
        channel.embeddedEventLoop.advanceTime(by: .seconds(300))
        #expect(channel.isActive)
        channel.write(HTTPServerResponsePart.head(.init(version: .http1_1, status: .ok)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(76))
        #expect(!channel.isActive)
    }
}
