import Logging
import Testing

@testable import Platform

struct SettingsTests {
    @Test func defaultsAreThoseOfTheDocument() throws {
        let settings = try Settings(environment: [:])
        #expect(settings.environment == .development)
        #expect(settings.host == "127.0.0.1" && settings.port == 8_080)
        #expect(settings.databaseURL == nil && settings.jwtSecret == nil && settings.metricsToken == nil)
        #expect(settings.databaseMaxConnections == 25 && settings.databaseMaxIdleConnections == 5)
        #expect(settings.jwtExpirySeconds == 86_400 && settings.refreshExpirySeconds == 2_592_000)
        #expect(settings.signedURLExpirySeconds == 43_200)
        #expect(settings.dataDirectory == "./data" && settings.uploadPath == "./uploads")
        #expect(settings.maxTrackSizeBytes == 2_147_483_648 && settings.userQuotaBytes == 21_474_836_480)
        #expect(settings.corsAllowedOrigins == ["http://localhost:3000", "http://localhost:8000"])
        #expect(settings.logLevel == .info && settings.logFormat == .text && settings.registration == .open)
        #expect(
            settings.mediaWorkers != .processes(0) && settings.trustedProxies.isEmpty
                && settings.tlsCertificatePath == nil)
    }

    /// A good value of each variable that is not its default, and how to see that it arrived.
    private static let changes: [(key: String, value: String, holds: @Sendable (Settings) -> Bool)] = [
        ("HOST", "::1", { $0.host == "::1" }), ("PORT", "0", { $0.port == 0 }),
        ("RUN_AS", "ann", { $0.runAs == "ann" }),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ::1", { $0.trustedProxies == ["10.0.0.0/8", "::1"] }),
        ("CORS_ALLOWED_ORIGINS", "https://A.example:443/", { $0.corsAllowedOrigins == ["https://a.example"] }),
        ("WS_BIND_ADDR", "0.0.0.0:9001", { $0.webSocketAddress == "0.0.0.0:9001" }),
        ("WS_MAX_CONNECTIONS", "7", { $0.maximumWebSockets == 7 }),
        ("WS_MAX_CONNECTIONS_PER_USER", "7", { $0.maximumWebSocketsOfOneAccount == 7 }),
        ("REDIS_URL", "redis://:hunter2@h", { $0.redis?.password?.text == "hunter2" }),
        ("DATABASE_URL", "postgres://u:p@h/d", { $0.databaseURL?.text == "postgres://u:p@h/d" }),
        ("DATABASE_MAX_CONNECTIONS", "7", { $0.databaseMaxConnections == 7 }),
        ("DATABASE_MAX_IDLE_CONNECTIONS", "0", { $0.databaseMaxIdleConnections == 0 }),
        ("DATA_DIR", "/srv/talas data", { $0.dataDirectory == "/srv/talas data" }),
        ("UPLOAD_PATH", "/srv/uploads", { $0.uploadPath == "/srv/uploads" }),
        ("MAX_TRACK_SIZE", "10MB", { $0.maxTrackSizeBytes == 10_000_000 }),
        ("MAX_FILE_SIZE", "1MB", { $0.maxFileSizeBytes == 1_000_000 }),
        ("INTERNAL_DOCS_PATH", "/srv/docs", { $0.internalDocumentsPath == "/srv/docs" }),
        ("MAX_INTERNAL_DOC_SIZE", "1MiB", { $0.maxInternalDocumentSizeBytes == 1 << 20 }),
        ("USER_QUOTA_BYTES", "0", { $0.userQuotaBytes == 0 }),
        ("MIN_FREE_DISK", "10MiB", { $0.minFreeDiskBytes(ofDiskBytes: 1 << 50) == 10 << 20 }),
        ("SEGMENT_CACHE_BYTES", "0", { $0.segmentCacheBytes == 0 }),
        ("SEGMENT_CACHE_MEMORY", "1GiB", { $0.segmentCacheMemoryBytes == 1 << 30 }),
        ("MEDIA_WORKERS", "3", { $0.mediaWorkers == .processes(3) }),
        ("MEDIA_CPU_FLAGS", "sse2", { $0.mediaProcessorFeatures == "sse2" }),
        ("MEDIA_SECRET", "hunter2", { $0.mediaSecret?.text == "hunter2" }),
        ("JWT_SECRET", "short", { $0.jwtSecret?.text == "short" }),
        ("JWT_EXPIRY", "15m", { $0.jwtExpirySeconds == 900 }),
        ("REFRESH_EXPIRY", "7d", { $0.refreshExpirySeconds == 604_800 }),
        ("SIGNED_URL_EXPIRY", "90s", { $0.signedURLExpirySeconds == 90 }),
        ("REGISTRATION", "Invite", { $0.registration == .invite }),
        ("LOG_LEVEL", "DEBUG", { $0.logLevel == .debug }), ("LOG_FORMAT", "json", { $0.logFormat == .json }),
        ("PUBLIC_URL", "https://talas.example.org", { $0.publicURL == "https://talas.example.org" }),
        ("METRICS_TOKEN", "abc", { $0.metricsToken?.text == "abc" }),
    ]

    @Test func everyVariableArrives() throws {
        for change in Self.changes {
            let settings = try Settings(environment: [change.key: " \(change.value) "])
            #expect(change.holds(settings), "\(change.key)")
            #expect(!change.holds(Settings()), "\(change.key) would be there anyhow")
        }
        let elsewhere: Set = ["ENVIRONMENT", "TLS_CERT", "TLS_KEY", "MEDIA_BIND_ADDR", "SMTP_URL"]
        #expect(Set(Settings.table.map(\.key)) == Set(Self.changes.map(\.key)).union(elsewhere))
    }

    @Test(arguments: [
        ("PORT", "70000"), ("PORT", "http"), ("ENVIRONMENT", "staging"), ("HOST", "localhost/x"), ("JWT_EXPIRY", "24"),
        ("JWT_EXPIRY", "0h"), ("REFRESH_EXPIRY", "-3d"), ("MAX_TRACK_SIZE", "0"), ("MAX_TRACK_SIZE", "10 miles"),
        ("CORS_ALLOWED_ORIGINS", "example.org"), ("TRUSTED_PROXIES", "10.0.0.0/33"), ("MEDIA_WORKERS", "0"),
        ("DATABASE_MAX_CONNECTIONS", "0"), ("REGISTRATION", "maybe"), ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"),
    ])
    func whatCannotBeReadIsNamed(key: String, value: String) throws {
        let error = try #require(throws: SettingsError.self) { try Settings(environment: [key: value]) }
        let expected = try #require(Settings.table.first { $0.key == key }?.expected)
        #expect(error.variable == key)
        #expect(error.description == "\(key) is \"\(value)\", but should be \(expected).")
    }

    @Test(arguments: [("DATABASE_URL", "mysql://root:hunter2@h"), ("METRICS_TOKEN", "hunter2 hunter2")])
    func secretsAreNotShownInErrors(key: String, value: String) throws {
        let error = try #require(throws: SettingsError.self) { try Settings(environment: [key: value]) }
        #expect(error.variable == key && !error.description.contains("hunter2"))
    }

    @Test func secretsAreNotPrinted() throws {
        let settings = try Settings(environment: [
            "DATABASE_URL": "postgres://u:hunter2@h/d", "JWT_SECRET": "hunter2hunter2", "METRICS_TOKEN": "hunter2",
            "REDIS_URL": "redis://:hunter2@h",
        ])
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] {
            #expect(!text.contains("hunter2") && text.contains("<secret>"))
        }
        let secrets = Settings.table.filter(\.isSecret).map(\.key)
        #expect(secrets == ["DATABASE_URL", "REDIS_URL", "MEDIA_SECRET", "JWT_SECRET", "SMTP_URL", "METRICS_TOKEN"])
    }

    @Test func productionWantsAGoodSecret() throws {
        for secret in ["", "your-secret-key-here", String(repeating: "x", count: 31)] {
            let error = try #require(throws: SettingsError.self) {
                try Settings(environment: ["ENVIRONMENT": "production", "JWT_SECRET": secret])
            }
            #expect(error.variable == "JWT_SECRET" && (secret.isEmpty || !error.description.contains(secret)))
        }
        let settings = try Settings(environment: [
            "ENVIRONMENT": "production", "JWT_SECRET": String(repeating: "x", count: 32),
        ])
        #expect(settings.host == "0.0.0.0" && settings.logFormat == .json && settings.corsAllowedOrigins.isEmpty)
    }

    @Test func whatIsGivenWinsOverWhatFollows() throws {
        let settings = try Settings(environment: [
            "ENVIRONMENT": "production", "JWT_SECRET": String(repeating: "x", count: 32), "HOST": "10.0.0.1",
            "LOG_FORMAT": "text", "CORS_ALLOWED_ORIGINS": "*", "DATABASE_MAX_CONNECTIONS": "3",
        ])
        #expect(settings.host == "10.0.0.1" && settings.logFormat == .text && settings.corsAllowedOrigins == ["*"])
        #expect(settings.databaseMaxIdleConnections == 3)
        #expect(try Settings(environment: ["DATABASE_URL": "postgres://h/d"]).host == "0.0.0.0")
        #expect(try Settings(environment: ["DATABASE_URL": "postgres://h/d", "HOST": "::1"]).host == "::1")
    }

    @Test func thePlaceholderIsNoSecret() throws {
        #expect(try Settings(environment: ["JWT_SECRET": "your-secret-key-here"]).jwtSecret == nil)
    }

    @Test func certificateAndKeyGoTogether() throws {
        let both = try Settings(environment: ["TLS_CERT": "c.pem", "TLS_KEY": "k.pem"])
        #expect(both.tlsCertificatePath == "c.pem" && both.tlsKeyPath == "k.pem")
        for (present, missing) in [("TLS_CERT", "TLS_KEY"), ("TLS_KEY", "TLS_CERT")] {
            let error = try #require(throws: SettingsError.self) { try Settings(environment: [present: "x.pem"]) }
            #expect(error.variable == missing)
        }
    }

    @Test func emptyIsNotSet() throws {
        let empty = Dictionary(uniqueKeysWithValues: Settings.table.map { ($0.key, " ") })
        #expect(try Settings(environment: empty).port == 8_080)
    }

    @Test func freeDiskFollowsTheDisk() {
        #expect(Settings().minFreeDiskBytes(ofDiskBytes: 100 << 30) == 2 << 30)
        #expect(Settings().minFreeDiskBytes(ofDiskBytes: 20 << 30) == 1 << 30)
    }
}
