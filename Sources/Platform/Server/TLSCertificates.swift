package import Logging
import NIOCertificateReloading
package import NIOSSL
import ServiceLifecycle

/// The listener's certificate chain and key, read again when their files change: each connection gets the newest pair.
/// A pair that cannot be read, or does not belong together, leaves the one before in use.
package struct TLSCertificates: Service {
    /// How often the files are looked at.
    private static let interval = Duration.seconds(30)

    private let reloader: TimedCertificateReloader

    /// - Parameters:
    ///   - certificatePath: PEM file of the certificate and its chain.
    ///   - keyPath: PEM file of the private key.
    /// - Throws: where they cannot be read or do not belong together.
    package init(certificatePath: String, keyPath: String, logger: Logger) throws {
        reloader = try .makeReloaderValidatingSources(
            refreshInterval: Self.interval,
            certificateSource: .init(location: .file(path: certificatePath), format: .pem),
            privateKeySource: .init(location: .file(path: keyPath), format: .pem), logger: logger)
    }

    /// Looks at the files now and then, until shutdown.
    package func run() async throws { try await reloader.run() }

    /// Looks at the files now.
    package func reload() throws { try reloader.reload() }

    /// TLS as a server, always with the newest pair.
    package func configuration() throws -> TLSConfiguration {
        try TLSConfiguration.makeServerConfiguration(certificateReloader: reloader)
    }
}
