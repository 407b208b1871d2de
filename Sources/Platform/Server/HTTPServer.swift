package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOHTTP1

/// The HTTP/1.1 listener: limits on heads, idle connections and their number, and TLS where a certificate is given.
package struct HTTPServer: Sendable {
    /// Where and how to listen.
    package struct Settings: Sendable {
        package var host: String
        /// 0 lets the system choose one.
        package var port: Int
        /// What to show for HTTPS; plain HTTP without.
        package var certificates: TLSCertificates?

        package init(host: String, port: Int, certificates: TLSCertificates? = nil) {
            self.host = host
            self.port = port
            self.certificates = certificates
        }
    }

    /// What takes connections over, and the path whose requests ask for it.
    package struct Upgrade: Sendable {
        package let path: String
        package let upgrade: any ConnectionUpgrade

        package init(path: String, _ upgrade: any ConnectionUpgrade) {
            self.path = path
            self.upgrade = upgrade
        }
    }

    /// Bytes of all header fields of one request together.
    private static let maximumHeaderBytes = 32 << 10
    private static let maximumHeaderFields = 128
    /// How long a connection may be silent between and inside requests.
    private static let idleTimeout = TimeAmount.seconds(75)
    /// Beyond this many connections new ones wait in the kernel's queue.
    private static let maximumConnections = 20_000

    private let settings: Settings
    private let logger: Logger

    package init(_ settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// The server as a service, to be run in a group that shuts it down.
    ///
    /// - Parameters:
    ///   - hot: what is answered ahead of the router where there is no TLS.
    ///   - upgrade: what may take over connections.
    ///   - onRunning: told the port that is listened on.
    package func application(
        _ router: Router<AppContext>, hot: any HotAnswers, upgrade: Upgrade? = nil,
        onRunning: @escaping @Sendable (Int) async -> Void
    ) throws -> some ApplicationProtocol {
        Application(
            router: router,
            server: try settings.certificates.map { certificates in
                try .tls(Self.builder(hot: nil, upgrade), tlsConfiguration: certificates.configuration())
            } ?? Self.builder(hot: hot, upgrade),
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: "Talas", backlog: 1_024,
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: logger)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    /// - Parameter hot: nil for connections behind TLS.
    private static func builder(hot: (any HotAnswers)?, _ upgrade: Upgrade?) -> HTTPServerBuilder {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maximumHeaderBytes
        limits.maxHeaderListSize = maximumHeaderBytes
        limits.maxHeaderFieldCount = maximumHeaderFields
        return HTTPServerBuilder { [limits] responder in
            HotHTTPChannel(
                responder: responder, answers: hot, upgrade: upgrade, limits: limits, idleTimeout: idleTimeout)
        }
    }
}
