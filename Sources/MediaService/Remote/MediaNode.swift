internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import Logging
package import Media
package import NIOPosix
internal import ServiceLifecycle

/// Does the work of other nodes: listens for `talas.media.v1` over TCP and gives it to workers of its own.
package struct MediaNode: Service {
    private let address: NodeAddress
    private let secret: NodeSecret
    private let service: NodeService
    private let logger: Logger

    /// - Parameters:
    ///   - store: where sources are found by their content: the same for all nodes.
    ///   - work: does it.
    package init(
        address: NodeAddress, secret: NodeSecret, store: BlobStore, files: NIOThreadPool, work: any MediaWork,
        logger: Logger
    ) {
        self.address = address
        self.secret = secret
        service = NodeService(store: store, files: files, work: work)
        self.logger = logger
    }

    /// Until shutdown: then calls under way come to their end.
    package func run() async throws {
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(
                address: address.local, transportSecurity: .plaintext,
                config: .defaults { config in
                    config.http2.targetWindowSize = MediaConnection.windowBytes
                    // A picture is the largest that one is sent.
                    config.rpc.maxRequestPayloadSize = 16 << 20
                }),
            services: [service], interceptors: [ProvingServer(secret: secret)])
        try await withGracefulShutdownHandler {
            async let serving: Void = server.serve()
            if let place = try? await server.listeningAddress {
                logger.notice("Media node listens", metadata: ["address": "\(place)"])
            }
            try await serving
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}
