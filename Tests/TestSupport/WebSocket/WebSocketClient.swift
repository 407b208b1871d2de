package import Foundation
package import NIOCore
import NIOPosix
import Testing

/// A WebSocket client of a test: sends what is asked of it, right or wrong, and keeps what comes until it is asked for.
package final class WebSocketClient: Sendable {
    package enum Incoming: Hashable, Sendable {
        case text(String)
        case pong(String)
        case close(UInt16?, String)
        /// The connection is over.
        case end
    }

    /// An answer other than 101.
    package struct Refusal: Error, Sendable {
        package let status: Int
        /// By name in lower case.
        package let headers: [String: String]
        package let body: String
    }

    private let channel: any Channel
    private let incoming: AsyncStream<Incoming>
    /// Fields of the answer 101, by name in lower case.
    package let headers: [String: String]

    private init(_ channel: any Channel, _ incoming: AsyncStream<Incoming>, headers: [String: String]) {
        self.channel = channel
        self.incoming = incoming
        self.headers = headers
    }

    /// Opens a socket; throws a ``Refusal`` where the server does not want it.
    ///
    /// - Parameters:
    ///   - url: `ws://127.0.0.1:9001/?token=…`, or the same with `http`.
    ///   - headers: further fields, which replace those of the handshake.
    ///   - prepare: may add what stands before everything else, such as TLS.
    package static func connect(
        _ url: String, token: String? = nil, headers: [String: String?] = [:], method: String = "GET",
        prepare: @escaping @Sendable (any Channel) throws -> Void = { _ in }
    ) async throws -> WebSocketClient {
        guard let address = URLComponents(string: url), let host = address.host, let port = address.port else {
            throw TestFailure("\(url) is no address")
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Incoming.self)
        let (channel, answered) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try prepare(channel)
                    let answered = channel.eventLoop.makePromise(of: WebSocketAnswer.self)
                    try channel.pipeline.syncOperations.addHandler(
                        WebSocketClientHandler(answered: answered, incoming: continuation))
                    return (channel, answered.futureResult)
                }
            }
        let path =
            (address.percentEncodedPath.isEmpty ? "/" : address.percentEncodedPath)
            + (address.percentEncodedQuery.map { "?\($0)" } ?? "")
        try await channel.writeAndFlush(
            ByteBuffer(string: request(method, path, host: "\(host):\(port)", token: token, headers)))
        let answer = try await bounded("The answer to a handshake") { try await answered.get() }
        guard answer.status == 101 else {
            try? await channel.close()
            throw Refusal(status: answer.status, headers: answer.headers, body: answer.body)
        }
        return WebSocketClient(channel, stream, headers: answer.headers)
    }

    private static func request(
        _ method: String, _ path: String, host: String, token: String?, _ headers: [String: String?]
    ) -> String {
        var fields: [String: String] = [
            "Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        if let token { fields["Authorization"] = "Bearer \(token)" }
        for (name, value) in headers { fields[name] = value }
        let lines = fields.sorted { $0.key < $1.key }.map { "\($0): \($1)\r\n" }.joined()
        return "\(method) \(path) HTTP/1.1\r\n\(lines)\r\n"
    }

    // MARK: Sending

    package func send(_ text: String) async throws { try await send(frame: 0x1, Data(text.utf8)) }

    /// Sends an event of the chat protocol.
    package func send(_ json: [String: any Sendable]) async throws {
        try await send(frame: 0x1, try JSONSerialization.data(withJSONObject: json))
    }

    /// Sends one masked frame.
    package func send(frame opcode: UInt8, _ payload: Data, isFinal: Bool = true) async throws {
        try await sendRaw(Array(WebSocketClientHandler.frame(opcode, payload, isFinal: isFinal).readableBytesView))
    }

    package func sendClose(_ code: UInt16 = 1000) async throws {
        try await send(frame: 0x8, Data([UInt8(code >> 8), UInt8(code & 0xFF)]))
    }

    /// Sends bytes as they are.
    package func sendRaw(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Reads nothing more from the connection until told otherwise.
    package func setReading(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
    }

    /// Ends the connection without a word.
    package func drop() async { try? await channel.close() }

    // MARK: What comes

    /// What comes next; pings are answered by themselves.
    package func next() async throws -> Incoming {
        let incoming = incoming
        return try await bounded("A frame") {
            for await one in incoming { return one }
            return .end
        }
    }

    /// The next text, as JSON.
    package func nextJSON() async throws -> [String: Any] {
        while true {
            switch try await next() {
            case .text(let text):
                guard let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
                    throw TestFailure("\(text) is no object")
                }
                return json
            case .pong: continue
            case let other: throw TestFailure("\(other) came instead of an event")
            }
        }
    }

    /// The code of the close frame that comes after whatever else; nil without one.
    package func closeCode() async throws -> UInt16? {
        while true {
            switch try await next() {
            case .close(let code, _): return code
            case .end: return nil
            default: continue
            }
        }
    }
}
