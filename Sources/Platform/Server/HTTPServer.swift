package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore

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

    /// Bytes of all header fields of one request together.
    private static let maximumHeaderBytes = 32 << 10
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
    /// - Parameter onRunning: told the port that is listened on.
    package func application(
        _ router: Router<AppContext>, onRunning: @escaping @Sendable (Int) async -> Void
    ) throws -> some ApplicationProtocol {
        let limits = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Self.maximumHeaderBytes, maxHeaderListSize: Self.maximumHeaderBytes,
            maxHeaderFieldCount: 128)
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [UnreadBodyHandler(), ParseErrorHandler()],
                idleTimeout: Self.idleTimeout, httpDecoderConfiguration: limits))
        return Application(
            router: router,
            server: try settings.certificates.map { try .tls(plain, tlsConfiguration: $0.configuration()) } ?? plain,
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: "Talas", backlog: 1_024,
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: logger)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }
}
