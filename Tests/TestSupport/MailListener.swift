import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A small SMTP server (RFC 5321) on loopback that keeps what it is given.
package final class MailListener: Sendable {
    /// A message that came in.
    package struct Mail: Sendable {
        package let recipient: String
        /// Header fields as they came.
        package let head: String
        /// The text, decoded.
        package let text: String

        /// What follows `#NAME=` in the text.
        package func token(_ name: String) -> String? {
            guard let start = text.range(of: "#\(name)=") else { return nil }
            return String(text[start.upperBound...].prefix { $0.isLetter || $0.isNumber })
        }
    }

    private let channel: any Channel
    private let mails = AsyncStream<Mail>.makeStream()
    private let kept = Mutex<[Mail]>([])

    /// - Parameter refusals: how many messages are put off with 451 before one is taken.
    package init(refusals: Int = 0) async throws {
        let left = Mutex(refusals)
        let refuses: @Sendable () -> Bool = {
            left.withLock { count in
                guard count > 0 else { return false }
                count -= 1
                return true
            }
        }
        let continuation = mails.continuation
        channel = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        MailHandler(refuses: refuses) { continuation.yield($0) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// For `SMTP_URL`.
    package var url: String { "smtp://127.0.0.1:\(channel.localAddress?.port ?? 0)?from=talas@example.org" }

    /// The first message to this address that was not asked for before; waits until it has come.
    package func message(to recipient: String) async throws -> Mail {
        if let early = kept.withLock({ kept in
            kept.firstIndex { $0.recipient == recipient }.map { kept.remove(at: $0) }
        }) {
            return early
        }
        for await mail in mails.stream {
            if mail.recipient == recipient { return mail }
            kept.withLock { $0.append(mail) }
        }
        throw TestFailure("The mail listener was closed before anything came for \(recipient).")
    }

    /// Messages that came for addresses which nobody has asked for.
    package var unreadCount: Int { kept.withLock(\.count) }

    package func close() async throws {
        mails.continuation.finish()
        try await channel.close()
    }
}

/// One connection's dialogue.
private final class MailHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let refuses: @Sendable () -> Bool
    private let deliver: @Sendable (MailListener.Mail) -> Void
    private var pending = ""
    private var recipient = ""
    private var data: [String]?

    init(refuses: @escaping @Sendable () -> Bool, deliver: @escaping @Sendable (MailListener.Mail) -> Void) {
        self.refuses = refuses
        self.deliver = deliver
    }

    func channelActive(context: ChannelHandlerContext) { say("220 localhost", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += String(buffer: unwrapInboundIn(data))
        while let end = pending.range(of: "\r\n") {
            let line = String(pending[..<end.lowerBound])
            pending.removeSubrange(..<end.upperBound)
            receive(line, context)
        }
    }

    private func receive(_ line: String, _ context: ChannelHandlerContext) {
        if data != nil {
            guard line == "." else {
                data?.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
                return
            }
            finish()
            return say("250 taken", context)
        }
        switch line.prefix(4).uppercased() {
        case "EHLO": say("250-localhost\r\n250 8BITMIME", context)
        case "MAIL": say(refuses() ? "451 later" : "250 ok", context)
        case "RCPT":
            recipient = line.split(separator: "<").last.map { String($0.prefix { $0 != ">" }) } ?? ""
            say("250 ok", context)
        case "DATA":
            data = []
            say("354 go on", context)
        case "QUIT":
            say("221 bye", context)
            context.close(promise: nil)
        default: say("502 what?", context)
        }
    }

    private func finish() {
        let lines = data ?? []
        data = nil
        let head = lines.prefix { !$0.isEmpty }
        let body = lines.dropFirst(head.count + 1).joined()
        let text = Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } ?? body
        deliver(
            MailListener.Mail(
                recipient: recipient, head: head.joined(separator: "\n"), text: text.replacing("\r\n", with: "\n")))
    }

    private func say(_ line: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
    }
}
