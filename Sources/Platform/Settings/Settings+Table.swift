import Foundation
import Logging

extension Settings {
    /// Every variable there is, in the order in which they are read and documented: parsing, `talas serve --help` and
    /// the table in `docs/operating.md` are made from it.
    package static let table: [Setting] = server + database + storage + accounts + observation

    private static let server: [Setting] = [
        Setting(
            "ENVIRONMENT", \.environment, .oneOf(Environment.allCases),
            "`production` refuses to start without a good `JWT_SECRET`"),
        Setting(
            "HOST", \.host, .address,
            default: "127.0.0.1; 0.0.0.0 when DATABASE_URL is set or ENVIRONMENT is production",
            "Address of the HTTP listener"),
        Setting(
            "RUN_AS", \.runAs, .optional(.userName), default: "talas where there is such a user, else nobody",
            "User that the server, its workers and the commands beside it become when root starts them; `root` to stay root"
        ),
        Setting("PORT", \.port, .integer(0...65_535), "Port of the HTTP listener; 0 takes a free one"),
        Setting(
            "TLS_CERT", \.tlsCertificatePath, .optional(.path),
            "PEM file of the certificate and its chain, to serve HTTPS without a proxy"),
        Setting("TLS_KEY", \.tlsKeyPath, .optional(.path), "PEM file of the private key that belongs to `TLS_CERT`"),
        Setting(
            "TRUSTED_PROXIES", \.trustedProxies, .networks,
            "Addresses and networks of the proxies whose `X-Forwarded-For` counts, separated by commas"),
        Setting(
            "CORS_ALLOWED_ORIGINS", \.corsAllowedOrigins, .origins,
            default: Settings().corsAllowedOrigins.joined(separator: ",") + "; none when ENVIRONMENT is production",
            "Origins whose pages may call the API, separated by commas; `*` for all"),
        Setting(
            "WS_BIND_ADDR", \.webSocketAddress, .optional(.hostAndPort), default: defaultWebSocketAddress,
            "Where WebSockets are listened for, besides `/ws` on `PORT`; the default is left out where another server has it"
        ),
        Setting(
            "WS_MAX_CONNECTIONS", \.maximumWebSockets, .integer(1...1_000_000), "Most WebSockets on this node"),
        Setting(
            "WS_MAX_CONNECTIONS_PER_USER", \.maximumWebSocketsOfOneAccount, .integer(1...1_000_000),
            "Most WebSockets of one account on this node"),
    ]

    private static let database: [Setting] = [
        Setting(
            "DATABASE_URL", \.databaseURL, .optional(.database), secret: true,
            "PostgreSQL to use; without it a private one is created and run under `DATA_DIR`"),
        Setting(
            "DATABASE_MAX_CONNECTIONS", \.databaseMaxConnections, .integer(1...10_000),
            "Most connections to the database"),
        Setting(
            "DATABASE_MAX_IDLE_CONNECTIONS", \.databaseMaxIdleConnections, .integer(0...10_000),
            "Connections to the database kept open while nothing uses them"),
        Setting(
            "REDIS_URL", \.redis, .optional(.redis), secret: true,
            "Redis through which many nodes tell each other of chat; without it, and while it does not answer, PostgreSQL does; `rediss://` for TLS"
        ),
    ]

    private static let storage: [Setting] = [
        Setting("DATA_DIR", \.dataDirectory, .path, "Folder of the private database, generated secrets and caches"),
        Setting("UPLOAD_PATH", \.uploadPath, .path, "Folder of what people upload"),
        Setting("MAX_TRACK_SIZE", \.maxTrackSizeBytes, .size(1...), "Largest track that may be uploaded"),
        Setting(
            "MAX_FILE_SIZE", \.maxFileSizeBytes, .size(1...),
            "Largest file of a product in a collection; of warranties, invoices and images at most 10MiB"),
        Setting("INTERNAL_DOCS_PATH", \.internalDocumentsPath, .path, "Folder of internal documents about products"),
        Setting(
            "MAX_INTERNAL_DOC_SIZE", \.maxInternalDocumentSizeBytes, .size(1...), "Largest internal document"),
        Setting("USER_QUOTA_BYTES", \.userQuotaBytes, .size(0...), "What one user may store; 0 for no bound"),
        Setting(
            "MIN_FREE_DISK", \.minFreeDiskBytes, .optional(.size(0...)),
            default: "2GiB or 5 % of the disk, whichever is smaller",
            "Free space below which uploads are refused"),
        Setting(
            "MEDIA_WORKERS", \.mediaWorkers, .mediaWorkers, default: "number of processors",
            "How many processes encode for listeners, and how many more read in at the same time; or the media nodes that do"
        ),
        Setting(
            "MEDIA_CPU_FLAGS", \.mediaProcessorFeatures, .optional(.word), default: "all that the processor has",
            "Processor instructions that FFmpeg uses on this machine, as its `-cpuflags`, so that unlike machines encode alike"
        ),
        Setting(
            "MEDIA_BIND_ADDR", \.mediaBindAddress, .optional(.hostAndPort),
            "Where this node takes work from others, by gRPC; it needs `MEDIA_SECRET` and their `UPLOAD_PATH`"),
        Setting(
            "MEDIA_SECRET", \.mediaSecret, .optional(.anySecret), secret: true,
            "Secret that media nodes and those that use them show each other, at least 32 bytes"),
        Setting(
            "SEGMENT_CACHE_BYTES", \.segmentCacheBytes, .size(0...),
            "Room below `DATA_DIR` for the parts of renditions that were encoded; 0 keeps none on disk"),
        Setting(
            "SEGMENT_CACHE_MEMORY", \.segmentCacheMemoryBytes, .size(0...),
            "Memory for the parts of renditions that were encoded lately; half as much again holds parts of originals that were "
                + "read lately"),
    ]

    private static let accounts: [Setting] = [
        Setting(
            "JWT_SECRET", \.jwtSecret, .optional(.anySecret), secret: true,
            default: "generated into DATA_DIR; required when ENVIRONMENT is production",
            "Secret that signs access tokens and media URLs, at least 32 bytes in production"),
        Setting("JWT_EXPIRY", \.jwtExpirySeconds, .duration, "Life of an access token"),
        Setting("REFRESH_EXPIRY", \.refreshExpirySeconds, .duration, "Life of a refresh token"),
        Setting("SIGNED_URL_EXPIRY", \.signedURLExpirySeconds, .duration, "Life of a signed media URL"),
        Setting(
            "REGISTRATION", \.registration, .oneOf(Registration.allCases),
            "Who may make an account: `open` anybody, `invite` who has a code from a member, `closed` only an operator, by `talas user create`"
        ),
        Setting(
            "SMTP_URL", \.mailServer, .optional(.mailServer), secret: true,
            "Mail server, for confirming addresses and forgotten passwords, such as `smtp://user:password@mail.example.org?from=talas@example.org`; "
                + "`smtps://` for TLS from the start; `smtp://` insists on STARTTLS unless `tls=none`; without it no mail is sent"
        ),
        Setting(
            "PUBLIC_URL", \.publicURL, .optional(.webAddress),
            "Where people reach the server, such as `https://talas.example.org`, for links in mail; needed with `SMTP_URL`"
        ),
    ]

    private static let observation: [Setting] = [
        Setting(
            "LOG_LEVEL", \.logLevel, .oneOf(Logger.Level.allCases), "Least level of the log lines that are written"),
        Setting(
            "LOG_FORMAT", \.logFormat, .oneOf([.text, .json]), default: "text; json when ENVIRONMENT is production",
            "`text` for people, `json` for programs"),
        Setting(
            "METRICS_TOKEN", \.metricsToken, .optional(.bearer), secret: true,
            "Bearer token for `/metrics`; without it only loopback is answered"),
    ]
}
