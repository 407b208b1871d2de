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
        /// What its codecs did when it was asked last.
        let behaviour = Mutex<String?>(nil)

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
        try await ask(preferring: segment.behaviour) { node in
            delivery.begin()
            try await node.encode(segment, Self.source(blob), packetIndex: [], take: delivery.pass)
        }
    }

    package func transcode(
        _ blob: BlobID, as wish: Transcoder.Wish, take: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        let hasBegun = Mutex(false)
        try await ask { node in
            // What was taken cannot be taken back.
            guard !hasBegun.withLock(\.self) else { throw Self.silence(nil) }
            try await node.transcode(Self.source(blob), as: wish) { bytes in
                hasBegun.withLock { $0 = true }
                try await take(bytes)
            }
        }
    }

    package func waveform(of blob: BlobID, samplesPerPixel: Int) async throws -> WaveformPyramid {
        try await ask { node in try await node.waveform(Self.source(blob), samplesPerPixel: samplesPerPixel) }
    }

    package func jpeg(_ picture: [UInt8], _ shape: PictureShape) async throws -> [UInt8] {
        try await ask { node in try await node.jpeg(picture, shape) }
    }

    package func mediaType(of beginning: [UInt8]) async throws -> String? {
        try await ask { node in try await node.mediaType(of: beginning) }
    }

    /// Of all nodes that answer.
    package func behaviours() async throws -> Set<String> {
        let answers = await withTaskGroup(of: Result<String, any Error>.self) { group in
            for node in nodes { group.addTask { await Self.behaviour(of: node) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let found = Set(answers.compactMap { try? $0.get() })
        if found.isEmpty, case .failure(let error) = answers.first { throw Self.silence(error as? RPCError) }
        return found
    }

    private static func behaviour(of node: Node) async -> Result<String, any Error> {
        do {
            let found = try await node.connection.behaviour()
            node.behaviour.withLock { $0 = found }
            return .success(found)
        } catch {
            return .failure(error)
        }
    }

    private static func source(_ blob: BlobID) -> MediaConnection.Source { .with { $0.blob = blob.rawValue } }

    /// Asks the node with the fewest tasks, and the next when it does not answer or its codecs do otherwise.
    private func ask<Value: Sendable>(
        preferring behaviour: String? = nil, _ body: (MediaConnection) async throws -> Value
    ) async throws -> Value {
        var refusal: RPCError?
        var difference: MediaError?
        for node in inOrder(preferring: behaviour) {
            node.load.withLock { $0.tasks += 1 }
            defer { node.load.withLock { $0.tasks -= 1 } }
            do {
                return try await body(node.connection)
            } catch let error as RPCError {
                if let failure = MediaError(error) {
                    guard failure.code == .otherBehaviour else { throw failure }
                    difference = failure
                    continue
                }
                try Task.checkCancellation()
                node.load.withLock { $0.restsUntil = .now + Self.pause }
                logger.warning(
                    "A media node does not do its work",
                    metadata: ["node": "\(node.address)", "error": "\(error.message)"])
                refusal = error
            }
        }
        // One that does not answer may do what the others do not.
        if let difference, refusal == nil { throw difference }
        throw Self.silence(refusal)
    }

    private static func silence(_ refusal: RPCError?) -> MediaError {
        MediaError(
            code: .interrupted, message: "No media node does the work (\(refusal?.message ?? "none")): try again later."
        )
    }

    /// Those that answered lately first, of these the ones whose codecs are not known to do otherwise, and of these the
    /// ones with the fewest tasks.
    private func inOrder(preferring behaviour: String?) -> [Node] {
        let now = ContinuousClock.now
        let ranked = nodes.map { node in
            let (isResting, tasks) = node.load.withLock { ($0.restsUntil > now, $0.tasks) }
            let isOther = behaviour != nil && node.behaviour.withLock { $0 != nil && $0 != behaviour }
            return (node: node, rank: (isResting ? 1 : 0, isOther ? 1 : 0, tasks))
        }
        return ranked.sorted { $0.rank < $1.rank }.map(\.node)
    }
}
