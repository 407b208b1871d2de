import Foundation
import NIOCore

struct WebSocketAnswer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: String
}

/// The client's side of one connection: the answer to the handshake, then frames.
final class WebSocketClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answered: EventLoopPromise<WebSocketAnswer>
    private let incoming: AsyncStream<WebSocketClient.Incoming>.Continuation
    private var received = ByteBuffer()
    private var refusal: (status: Int, headers: [String: String])?
    private var isOpen = false
    private var message = Data()

    init(answered: EventLoopPromise<WebSocketAnswer>, incoming: AsyncStream<WebSocketClient.Incoming>.Continuation) {
        self.answered = answered
        self.incoming = incoming
    }

    static func frame(_ opcode: UInt8, _ payload: Data, isFinal: Bool = true) -> ByteBuffer {
        var frame = ByteBuffer(bytes: [(isFinal ? 0x80 : 0) | opcode])
        switch payload.count {
        case ...125: frame.writeInteger(0x80 | UInt8(payload.count))
        case ...0xFFFF:
            frame.writeInteger(0x80 | UInt8(126))
            frame.writeInteger(UInt16(payload.count))
        default:
            frame.writeInteger(0x80 | UInt8(127))
            frame.writeInteger(UInt64(payload.count))
        }
        let mask = (0..<4).map { _ in UInt8.random(in: .min ... .max) }
        frame.writeBytes(mask)
        frame.writeBytes(payload.enumerated().map { $1 ^ mask[$0 % 4] })
        return frame
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        if !isOpen { readHead() }
        guard isOpen else { return }
        while let (opcode, isFinal, payload) = readFrame() { take(opcode, isFinal, payload, context) }
        received.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let refusal {
            answered.succeed(
                WebSocketAnswer(
                    status: refusal.status, headers: refusal.headers, body: String(buffer: received)))
        } else {
            answered.fail(TestFailure("the server closed instead of answering"))
        }
        incoming.yield(.end)
        incoming.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// A refusal's body goes on to the end of the connection.
    private func readHead() {
        guard refusal == nil, let end = Data(received.readableBytesView).range(of: Data("\r\n\r\n".utf8)),
            let head = received.readString(length: end.upperBound)
        else { return }
        let lines = head.components(separatedBy: "\r\n")
        let fields = lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        let headers = Dictionary(fields) { first, _ in first }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        guard status == 101 else { return refusal = (status, headers) }
        isOpen = true
        answered.succeed(WebSocketAnswer(status: status, headers: headers, body: ""))
    }

    private func readFrame() -> (UInt8, Bool, Data)? {
        let start = received.readerIndex
        guard let word: UInt16 = received.readInteger() else { return nil }
        var length = Int(word & 0x7F)
        if length == 126 {
            length = received.readInteger(as: UInt16.self).map(Int.init) ?? .max
        } else if length == 127 {
            length = received.readInteger(as: UInt64.self).map(Int.init) ?? .max
        }
        guard length <= received.readableBytes, let payload = received.readBytes(length: length) else {
            received.moveReaderIndex(to: start)
            return nil
        }
        return (UInt8(word >> 8) & 0x0F, word & 0x8000 != 0, Data(payload))
    }

    private func take(_ opcode: UInt8, _ isFinal: Bool, _ payload: Data, _ context: ChannelHandlerContext) {
        let text = String(decoding: payload, as: UTF8.self)
        switch opcode {
        case 0x0, 0x1:
            message += payload
            guard isFinal else { return }
            incoming.yield(.text(String(decoding: message, as: UTF8.self)))
            message = Data()
        case 0x8:
            let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
            incoming.yield(.close(code, String(decoding: payload.dropFirst(2), as: UTF8.self)))
            context.writeAndFlush(wrapOutboundOut(Self.frame(0x8, payload.prefix(2))), promise: nil)
        // The server's heartbeat comes when it comes: a slow test hears it between any two messages.
        case 0x9: context.writeAndFlush(wrapOutboundOut(Self.frame(0xA, payload)), promise: nil)
        case 0xA: incoming.yield(.pong(text))
        default: context.close(promise: nil)
        }
    }
}
