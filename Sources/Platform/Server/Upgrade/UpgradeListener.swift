import Glibc
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// A listener all of whose connections are for an upgrade.
package struct UpgradeListener: Service {
    private static let backlog: Int32 = 1_024
    /// Connections that have not been upgraded, beside all that may be.
    private static let maximumHandshakes = 1_024
    private static let maximumHeaderBytes = 16 << 10
    private static let maximumHeaderFields = 64

    private let host: String
    private let port: Int
    private let upgrade: any ConnectionUpgrade
    private let certificates: TLSCertificates?
    private let maximumUpgraded: Int
    private let isOptional: Bool
    private let connections = Connections()
    private let onRunning: @Sendable (Int?) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - port: 0 lets the system choose one.
    ///   - maximumUpgraded: how many the upgrade takes; a few more are let in to be told so.
    ///   - isOptional: an address that somebody else uses is a warning, not the end.
    ///   - onRunning: told the port that is listened on; nil where there is none.
    package init(
        host: String, port: Int, upgrade: any ConnectionUpgrade, certificates: TLSCertificates?,
        maximumUpgraded: Int, isOptional: Bool, onRunning: @escaping @Sendable (Int?) -> Void, logger: Logger
    ) {
        self.host = host
        self.port = port
        self.upgrade = upgrade
        self.certificates = certificates
        self.maximumUpgraded = maximumUpgraded
        self.isOptional = isOptional
        self.onRunning = onRunning
        self.logger = logger
    }

    /// Listens until shutdown; connections that are upgraded go on.
    package func run() async throws {
        guard let server = try await bind() else {
            onRunning(nil)
            try? await gracefulShutdown()
            return
        }
        onRunning(server.localAddress?.port ?? 0)
        try? await gracefulShutdown()
        try? await server.close()
    }

    /// Nil where somebody else has the address, and that is no matter.
    private func bind() async throws -> (any Channel)? {
        let tls = try certificates.map { try NIOSSLContext(configuration: $0.configuration()) }
        do {
            return try await bootstrap(tls).bind(host: host, port: port).get()
        } catch let error as IOError where isOptional && error.errnoCode == EADDRINUSE {
            logger.warning("\(host):\(port) is in use: WebSocket is served on the HTTP port only, at /ws")
            return nil
        } catch {
            throw ListenError(description: "\(host):\(port) cannot be listened on for WebSocket: \(error)")
        }
    }

    private func bootstrap(_ tls: NIOSSLContext?) -> ServerBootstrap {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Self.maximumHeaderBytes
        limits.maxHeaderListSize = Self.maximumHeaderBytes
        limits.maxHeaderFieldCount = Self.maximumHeaderFields
        return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [upgrade, logger, limits, connections, maximumUpgraded] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.add(channel, atMost: maximumUpgraded + Self.maximumHandshakes) else { return }
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                        withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
                    try pipeline.addHandler(UpgradeHandler(upgrade, path: nil, logger: logger))
                }
            }
    }
}

/// How many connections there are.
private final class Connections: Sendable {
    private let count = Atomic<Int>(0)

    /// Counts one until it closes; closes it at once where there are too many.
    func add(_ channel: any Channel, atMost maximum: Int) -> Bool {
        let isFree = count.wrappingAdd(1, ordering: .relaxed).newValue <= maximum
        channel.closeFuture.whenComplete { [self] _ in count.wrappingSubtract(1, ordering: .relaxed) }
        if !isFree { channel.close(promise: nil) }
        return isFree
    }
}

/// An address that cannot be listened on, in one sentence.
private struct ListenError: Error, CustomStringConvertible {
    let description: String
}
