package import Foundation
import NIOCore
import NIOPosix

/// A connection whose bytes are sent and read as a test likes: in splits, pipelined, half-closed, or not read at all.
package struct RawStream {
    /// One answer.
    package struct Answer: Sendable {
        package let status: Int
        /// By name in lower case.
        package let headers: [String: String]
        package let body: Data
    }

    private let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ByteBuffer()

    /// Connects, runs `body`, and closes.
    /// - Parameter receiveBufferBytes: of the socket; a small one lets the server feel early that nobody reads.
    package static func run<T>(
        _ url: String, receiveBufferBytes: Int? = nil, _ body: (inout RawStream) async throws -> T
    ) async throws -> T {
        guard let address = URLComponents(string: url), let host = address.host, let port = address.port else {
            throw TestFailure("\(url) is no address")
        }
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
        if let receiveBufferBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBufferBytes)
        }
        let connection = try await bootstrap.connect(host: host, port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            }
        }
        return try await connection.executeThenClose { inbound, outbound in
            var stream = RawStream(
                channel: connection.channel, inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&stream)
        }
    }

    /// Sends bytes; waits while the server takes none.
    package func send(_ bytes: some Sequence<UInt8>) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// What sends, to be used beside reading.
    package var sender: @Sendable ([UInt8]) async throws -> Void {
        let outbound = outbound
        return { try await outbound.write(ByteBuffer(bytes: $0)) }
    }

    /// Says that nothing more will be sent.
    package func finish() { outbound.finish() }

    /// The next answer; those to HEAD have no body. Interim answers are passed over.
    package mutating func answer(toHead isHead: Bool = false) async throws -> Answer {
        let lines = try await head().components(separatedBy: "\r\n")
        let fields = lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2
                ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        let headers = Dictionary(fields) { first, _ in first }
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestFailure("no status line: \(lines[0])")
        }
        if status < 200 { return try await answer(toHead: isHead) }
        if isHead || status == 304 { return Answer(status: status, headers: headers, body: Data()) }
        if headers["transfer-encoding"] == "chunked" {
            return Answer(status: status, headers: headers, body: try await chunks())
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        return Answer(status: status, headers: headers, body: try await bytes(length))
    }

    /// Whether the server closed behind what was read.
    package mutating func isAtEnd() async throws -> Bool {
        while received.readableBytes == 0 {
            guard try await more() else { return true }
        }
        return false
    }

    /// The next bytes, this many.
    package mutating func bytes(_ count: Int) async throws -> Data {
        while received.readableBytes < count {
            guard try await more() else {
                throw TestFailure("the connection ended after \(received.readableBytes) of \(count) bytes")
            }
        }
        let data = Data(received.readBytes(length: count) ?? [])
        received.discardReadBytes()
        return data
    }

    private mutating func head() async throws -> String {
        let end = Data("\r\n\r\n".utf8)
        while true {
            let view = Data(received.readableBytesView.prefix(16_384))
            if let found = view.range(of: end) {
                let head = try await bytes(found.upperBound)
                return String(decoding: head.dropLast(4), as: UTF8.self)
            }
            guard try await more() else { throw TestFailure("the connection ended in a head: \(view.count) bytes") }
        }
    }

    private mutating func chunks() async throws -> Data {
        var body = Data()
        while true {
            var line = Data()
            while !line.hasSuffix("\r\n") { line += try await bytes(1) }
            let count = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) ?? 0
            body += try await bytes(count)
            _ = try await bytes(2)
            if count == 0 { return body }
        }
    }

    private mutating func more() async throws -> Bool {
        guard var buffer = try await inbound.next() else { return false }
        received.writeBuffer(&buffer)
        return true
    }
}

extension Data {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
