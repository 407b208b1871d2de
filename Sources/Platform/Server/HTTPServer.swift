package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL

/// The HTTP/1.1 listener: limits on heads, idle connections and their number, and TLS where a certificate is given.
package struct HTTPServer: Sendable {
    /// Where and how to listen.
    package struct Settings: Sendable {
        package var host: String
        /// 0 lets the system choose one.
        package var port: Int
        /// Paths of a PEM certificate chain and its key.
        package var tls: (certificate: String, key: String)?

        package init(host: String, port: Int, tls: (certificate: String, key: String)? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
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
            server: try settings.tls.map { try Self.secure(plain, $0) } ?? plain,
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: "Talas", backlog: 1_024,
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: logger)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    private static func secure(
        _ base: HTTPServerBuilder, _ files: (certificate: String, key: String)
    ) throws -> HTTPServerBuilder {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
        let key = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        return try .tls(base, tlsConfiguration: .makeServerConfiguration(certificateChain: chain, privateKey: key))
    }
}
