import API
import Chat
import Foundation
import Hummingbird
import Logging
import Media
import Migrations
import NIOPosix
import Platform
import Postgres
import ServiceLifecycle

/// The whole of one node: every part, made once and given what it needs.
struct Wiring {
    /// Threads for reads and writes that block on the disk.
    private static let fileThreads = 16

    let settings: Settings
    let roles: Set<Serve.Role>
    let logger: Logger
    let database: Database
    let store: BlobStore
    let files: NIOThreadPool
    let media: Workers
    let events: EventBus
    /// Nil where nodes tell each other by the database alone.
    let redis: RedisRelay?
    let hasher: PasswordHasher
    /// Nil where no mail is sent.
    let mail: MailQueue?
    let accounts: Accounts
    let tracks: Tracks
    let catalogue: Catalogue
    /// The sockets of this node.
    let hub: SocketHub
    let chat: Chat
    let api: API
    let draining = Draining()
    /// Nil for plain HTTP.
    let certificates: TLSCertificates?

    init(
        _ settings: Settings, roles: Set<Serve.Role>, connection: String, metrics: PrometheusMetrics, logger: Logger
    ) async throws {
        self.settings = settings
        self.roles = roles
        self.logger = logger
        certificates = try Self.certificates(settings, logger)
        let secret = try settings.jwtSecret ?? SecretFile.readOrCreate(settings.jwtSecretPath)
        let keys = KeyRing(secret: secret)
        let database = Database(settings.database(url: connection), logger: logger)
        self.database = database
        files = NIOThreadPool(numberOfThreads: Self.fileThreads)
        files.start()
        store = try await files.runIfActive { try BlobStore(directory: settings.uploadPath) }
        media = try Workers(settings, store: store, files: files, logger: logger)
        (events, redis) = Self.eventBus(settings, database, logger)
        hasher = PasswordHasher(concurrentHashes: Processors.available)

        mail = settings.mailServer.map { server in
            MailQueue(
                server: server, store: MailStore(database, key: keys.key(for: .outgoingMail)), logger: logger)
        }
        let links = AccountLinks(publicURL: settings.publicURL)
        let accounts = Accounts(
            database: database, events: events,
            accessTokens: await AccessTokens(secret: secret, lifetimeSeconds: settings.jwtExpirySeconds),
            refreshKey: keys.key(for: .refreshTokens), appPasswordKey: keys.key(for: .appPasswords),
            policy: Accounts.Policy(settings), hasher: hasher, links: links,
            mail: mail.map { AccountMail(queue: $0, links: links) }, logger: logger)
        self.accounts = accounts
        let notifications = Notifications(database: database, events: events)
        let streams = EventStreams(
            notifications: notifications, events: events, authenticate: accounts.caller(userID:credential:))
        let signer = URLSigner(key: keys.key(for: .signedURLs), lifetimeSeconds: settings.signedURLExpirySeconds)
        let users = Users(
            accounts: accounts, database: database, blobs: store, files: files, work: media.work, signer: signer,
            quotaBytes: settings.userQuotaBytes)
        tracks = Tracks(
            database: database, store: store, files: files, work: media.work, events: events,
            kept: try await Self.keptSegments(settings, files, logger),
            signer: signer,
            findCaller: accounts.caller(userID:credential:), findLiving: accounts.living,
            policy: Tracks.Policy(settings, workers: media.workers),
            node: try SecretFile.readOrCreate("\(settings.dataDirectory)/node-id").text,
            logger: logger)

        catalogue = try await Self.catalogue(
            settings, database, store, files, media.work, signer, accounts, notifications, logger)
        hub = SocketHub(SocketPolicy(settings))
        chat = Self.chat(database, events, hub, accounts, notifications, logger)
        let administration = Administration(
            database: database, events: events, notifications: notifications, files: files,
            storage: .init(settings))
        let features: [RouteCollection<AppContext>] =
            accounts.routes + [
                NotificationRoutes(
                    notifications: notifications, tickets: EventTicketStore(database), streams: streams
                ).routes,
                SearchRoutes(database: database, tracks: tracks, signer: signer).routes,
            ] + users.routes + tracks.routes + catalogue.routes + chat.routes + administration.routes
        let readiness = Readiness(database: database, behaviour: tracks.behaviour, draining: draining)
        api = API(
            features: features,
            operations: OperationsRoutes(
                isReady: readiness.whatIsMissing, exposition: metrics.exposition,
                metricsToken: settings.metricsToken?.text)
        ) { [tracks, catalogue] root in
            PlayerRoutes().add(to: root)
            OpenAPIRoutes().add(to: root)
            for routes in users.rootRoutes + tracks.rootRoutes + catalogue.rootRoutes { root.addRoutes(routes) }
        }
    }

    /// The cache on disk, which finds what it had in the background; nil where there is to be none.
    private static func keptSegments(
        _ settings: Settings, _ files: NIOThreadPool, _ logger: Logger
    ) async throws -> SegmentFiles? {
        guard settings.segmentCacheBytes > 0 else { return nil }
        let directory = "\(settings.dataDirectory)/cache/segments"
        let kept = try await files.runIfActive {
            try SegmentFiles(
                directory: directory, capacityBytes: settings.segmentCacheBytes,
                minimumFreeBytes: settings.minFreeDiskBytes
                    ?? DiskSpace.defaultMinimumFreeBytes(of: settings.dataDirectory), threads: files)
        }
        // Nothing waits for it: a segment is found by its name as well.
        Task {
            do { try await files.runIfActive { try kept.findKept() } } catch {
                logger.warning("The cache of segments cannot be looked through", metadata: ["error": "\(error)"])
            }
        }
        return kept
    }

    /// Internal documents have a store of their own.
    private static func catalogue(
        _ settings: Settings, _ database: Database, _ store: BlobStore, _ files: NIOThreadPool,
        _ work: any MediaWork, _ signer: URLSigner, _ accounts: Accounts, _ notifications: Notifications,
        _ logger: Logger
    ) async throws -> Catalogue {
        let documents = try await files.runIfActive { try BlobStore(directory: settings.internalDocumentsPath) }
        return Catalogue(
            database: database, store: store, documents: documents, files: files, work: work, signer: signer,
            findCaller: accounts.caller(userID:credential:), notifications: notifications,
            policy: Catalogue.Policy(settings), logger: logger)
    }

    /// The events of this node, and what carries the frequent ones to the others.
    private static func eventBus(
        _ settings: Settings, _ database: Database, _ logger: Logger
    ) -> (EventBus, RedisRelay?) {
        let redis = settings.redis.map { RedisRelay($0, channel: EventRelay.channel, logger: logger) }
        let events = EventBus(
            logger: logger, transport: { text in try await database.notify(EventRelay.channel, text) },
            frequentTransport: redis?.publish, hears: { database.isListening })
        redis?.carry(events)
        return (events, redis)
    }

    private static func certificates(_ settings: Settings, _ logger: Logger) throws -> TLSCertificates? {
        guard let certificate = settings.tlsCertificatePath, let key = settings.tlsKeyPath else { return nil }
        for (variable, path) in [("TLS_CERT", certificate), ("TLS_KEY", key)] where access(path, R_OK) != 0 {
            let reason = String(cString: strerror(errno))
            throw Failure("\(variable) (\(path)) cannot be read by the user \(NSUserName()): \(reason).")
        }
        do {
            return try TLSCertificates(certificatePath: certificate, keyPath: key, logger: logger)
        } catch {
            throw Failure("TLS_CERT (\(certificate)) and TLS_KEY (\(key)) cannot be used: \(error)")
        }
    }

    /// Frees what outlives a request; nothing of this node works afterwards.
    func close() async {
        events.close()
        await hasher.close()
        await database.close()
        media.close()
        try? await files.shutdownGracefully()
    }
}

extension Accounts.Policy {
    init(_ settings: Settings) {
        self.init(registration: settings.registration, refreshLifetimeSeconds: settings.refreshExpirySeconds)
    }
}

extension Catalogue.Policy {
    init(_ settings: Settings) {
        self.init(
            maximumFileBytes: settings.maxFileSizeBytes, maximumDocumentBytes: settings.maxInternalDocumentSizeBytes,
            quotaBytes: settings.userQuotaBytes,
            minimumFreeBytes: settings.minFreeDiskBytes
                ?? DiskSpace.defaultMinimumFreeBytes(of: settings.uploadPath))
    }
}

extension Tracks.Policy {
    init(_ settings: Settings, workers: Int) {
        self.init(
            maximumTrackBytes: settings.maxTrackSizeBytes, quotaBytes: settings.userQuotaBytes,
            minimumFreeBytes: settings.minFreeDiskBytes, workers: workers,
            segmentMemoryBytes: settings.segmentCacheMemoryBytes)
    }
}
