package import Logging

/// Everything an operator can set, with its defaults; ``Settings/table`` says which environment variable sets what.
package struct Settings: Sendable {
    /// How strict the server is with its configuration.
    package enum Environment: String, Sendable, CaseIterable {
        case development
        case production
    }

    /// Who may make an account.
    package enum Registration: String, Sendable, CaseIterable {
        /// Anybody.
        case open
        /// Only who has an invitation.
        case invite
        /// Nobody; administrators make accounts.
        case closed
    }

    package var environment = Environment.development

    /// Name of the user that takes the place of root; nil lets the program choose one.
    package var runAs: String?
    /// Address of the HTTP listener; all addresses when the server is meant for others than its own machine.
    package var host = "127.0.0.1"
    /// Port of the HTTP listener; 0 takes a free one.
    package var port = 8_080
    /// PEM files of the listener's certificate chain and key; either both or none.
    package var tlsCertificatePath: String?
    package var tlsKeyPath: String?
    /// Whose `X-Forwarded-For` counts: addresses and networks, as ``TrustedProxies`` reads them.
    package var trustedProxies: [String] = []
    /// Origins (`https://example.org`) whose pages may call the API, or `*` for all.
    package var corsAllowedOrigins = ["http://localhost:3000", "http://localhost:8000"]

    /// `host:port` of the listener of WebSockets; nil is ``defaultWebSocketAddress``, left out where it is in use.
    package var webSocketAddress: String?
    package static let defaultWebSocketAddress = "127.0.0.1:9001"
    package var maximumWebSockets = 20_000
    package var maximumWebSocketsOfOneAccount = 100

    /// libpq URI or connection string; nil runs a private cluster under ``dataDirectory``.
    package var databaseURL: Secret?
    package var databaseMaxConnections = 25
    /// Never more than ``databaseMaxConnections``.
    package var databaseMaxIdleConnections = 5

    /// Through which nodes tell each other of what is frequent; nil is PostgreSQL.
    package var redis: RedisAddress?

    /// Private database, generated secrets, caches.
    package var dataDirectory = "./data"
    /// What people upload.
    package var uploadPath = "./uploads"
    package var maxTrackSizeBytes = 2 << 30
    /// Files of products in people's collections.
    package var maxFileSizeBytes = 10 << 20
    /// Documents of the house about products.
    package var internalDocumentsPath = "./internal_docs"
    package var maxInternalDocumentSizeBytes = 50 << 20
    /// What one user may store; 0 sets no bound.
    package var userQuotaBytes = 20 << 30
    /// Nil is the rule of ``minFreeDiskBytes(ofDiskBytes:)``.
    package var minFreeDiskBytes: Int?
    /// Where media is decoded and encoded.
    package var mediaWorkers = MediaWorkerPlaces.processes(Processors.available)
    /// What ffmpeg's `-cpuflags` takes; nil for all that the processor has.
    package var mediaProcessorFeatures: String?
    /// `host:port` on which a media node listens; nil where this is none.
    package var mediaBindAddress: String?
    /// What media nodes and those that use them show each other.
    package var mediaSecret: Secret?
    /// Disk for segments of renditions; 0 keeps none there.
    package var segmentCacheBytes = 5 << 30
    /// Memory for segments of renditions.
    package var segmentCacheMemoryBytes = 256 << 20

    /// Nil in development only, where the caller generates one (``SecretFile``).
    package var jwtSecret: Secret?
    /// Life of an access token.
    package var jwtExpirySeconds = 24 * 3_600
    /// Life of a refresh token.
    package var refreshExpirySeconds = 30 * 86_400
    /// Life of a signed media URL.
    package var signedURLExpirySeconds = 12 * 3_600
    package var registration = Registration.open
    /// Where mail is handed in; nil sends none.
    package var mailServer: MailServer?
    /// Where people reach the server, without a slash at the end; nil where nobody has said so.
    package var publicURL: String?

    package var logLevel = Logger.Level.info
    package var logFormat = TalasLogHandler.Format.text
    /// Bearer for `/metrics`; without one only loopback is answered.
    package var metricsToken: Secret?

    /// The defaults.
    package init() {}

    /// Free space below which uploads are refused: `MIN_FREE_DISK`, else 2 GiB or 5 % of the disk, whichever is
    /// smaller.
    package func minFreeDiskBytes(ofDiskBytes diskBytes: Int) -> Int {
        minFreeDiskBytes ?? min(2 << 30, diskBytes / 20)
    }
}
