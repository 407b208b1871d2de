internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import Logging
package import Media
internal import Synchronization
internal import SwiftProtobuf

/// Work on stored media by media nodes over TCP. A node that does not answer is left out for a moment, and another one is
/// asked.
package final class RemoteMedia: MediaWork {
    private static let pause = Duration.seconds(5)

    private final class Node: Sendable {
        let address: NodeAddress
        let connection: MediaConnection
        let connecting: Task<Void, Never>
        let load = Mutex((tasks: 0, restsUntil: ContinuousClock.now))

        init(_ address: NodeAddress, _ secret: NodeSecret) throws {
            self.address = address
            let client = GRPCClient(
                transport: try HTTP2ClientTransport.Posix(
                    target: .dns(host: address.host, port: address.port), transportSecurity: .plaintext,
                    config: .defaults { config in
                        config.http2.targetWindowSize = MediaConnection.windowBytes
                        config.backoff.max = .seconds(5)
                    }), interceptors: [ProvingClient(secret: secret)])
            connection = MediaConnection(client)
            connecting = Task { try? await client.runConnections() }
        }
    }

    private let nodes: [Node]
    private let logger: Logger
    private let digest = Mutex("")

    package init(nodes: [NodeAddress], secret: NodeSecret, logger: Logger) throws {
        self.nodes = try nodes.map { try Node($0, secret) }
        self.logger = logger
    }

    /// Ends the connections.
    package func close() { for node in nodes { node.connecting.cancel() } }

    package func probe(_ blob: BlobID) async throws -> Probe {
        try await ask { node in try await node.probe(Self.source(blob)) }
    }

    package func ingest(_ blob: BlobID, progress: @escaping @Sendable (Double) -> Void) async throws -> IngestResult {
        try await ask { node in try await node.ingest(Self.source(blob), progress: progress) }
    }

    package func encode(
        _ segment: SegmentRequest, of blob: BlobID, take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        let delivery = Delivery(take)
        let behaviour = digest.withLock { $0 }
        try await ask { node in
            delivery.begin()
            try await node.encode(
                segment, Self.source(blob), packetIndex: [], behaviour: behaviour, take: delivery.pass)
        }
    }

    package func waveform(of blob: BlobID, samplesPerPixel: Int) async throws -> WaveformPyramid {
        try await ask { node in try await node.waveform(Self.source(blob), samplesPerPixel: samplesPerPixel) }
    }

    package func jpeg(_ picture: [UInt8], _ shape: PictureShape) async throws -> [UInt8] {
        try await ask { node in try await node.jpeg(picture, shape) }
    }

    /// Of the first node that answers; the others have to do the same from then on.
    package func behaviour() async throws -> String {
        let found = try await ask { node in try await node.behaviour() }
        digest.withLock { $0 = found }
        return found
    }

    private static func source(_ blob: BlobID) -> MediaConnection.Source { .with { $0.blob = blob.rawValue } }

    /// Asks the node with the fewest tasks, and the next when it does not answer.
    private func ask<Value: Sendable>(_ body: (MediaConnection) async throws -> Value) async throws -> Value {
        var refusal: RPCError?
        for node in inOrder() {
            node.load.withLock { $0.tasks += 1 }
            defer { node.load.withLock { $0.tasks -= 1 } }
            do {
                return try await body(node.connection)
            } catch let error as RPCError {
                if let failure = MediaError(error) { throw failure }
                try Task.checkCancellation()
                node.load.withLock { $0.restsUntil = .now + Self.pause }
                logger.warning(
                    "A media node does not do its work",
                    metadata: ["node": "\(node.address)", "error": "\(error.message)"])
                refusal = error
            }
        }
        throw MediaError(
            code: .interrupted, message: "No media node does the work (\(refusal?.message ?? "none")): try again later."
        )
    }

    /// Those that answered lately first, and of these the ones with the fewest tasks.
    private func inOrder() -> [Node] {
        let now = ContinuousClock.now
        let ranked = nodes.map { node in
            (node, node.load.withLock { (isResting: $0.restsUntil > now, tasks: $0.tasks) })
        }
        return ranked.sorted { one, other in
            (one.1.isResting ? 1 : 0, one.1.tasks) < (other.1.isResting ? 1 : 0, other.1.tasks)
        }.map { $0.0 }
    }
}
