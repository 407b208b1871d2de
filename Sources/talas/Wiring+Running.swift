import API
import Chat
import Foundation
import Hummingbird
import Logging
import Media
import Migrations
import Platform
import Postgres
import ServiceLifecycle
import UnixSignals

extension Wiring {
    /// How long requests that are under way may take once the server was asked to stop.
    private static let drainTime = Duration.seconds(25)

    /// What has to hold before anything is answered: the schema, and that storage and database belong together.
    ///
    /// - Parameter mayMigrate: whether the database is this node's own, whose schema it may bring up to date.
    func prepare(mayMigrate: Bool) async throws {
        let migrator = Migrator(database, migrations: Migrations.all)
        if mayMigrate { try await migrator.up() }
        let status = try await migrator.status()
        guard status.version != nil else {
            throw Failure("The database of DATABASE_URL has no tables yet: run `talas migrate up` first.")
        }
        if !status.isCurrent {
            logger.warning("The schema is not current: run `talas migrate up`; until then /readyz answers 503")
        }
        try await Installation.check(database, store, threads: files)
    }

    /// Answers requests until the process is asked to stop, then lets those under way come to their end.
    func run(demo: String?, cluster: PrivateCluster?) async throws {
        let server = HTTPServer(
            HTTPServer.Settings(host: settings.host, port: settings.port, certificates: certificates), logger: logger)
        let sockets = socketListening()
        let accounts = accounts
        let sessionUses = SessionUses(database, logger: logger)
        let front = API.Front(
            trustedProxies: TrustedProxies(settings.trustedProxies) ?? .none,
            allowedOrigins: settings.corsAllowedOrigins
        ) { token in
            let caller = try await accounts.caller(bearer: token)
            await sessionUses.note(caller)
            return caller
        }
        let announcement = Announcement(
            settings: settings, demo: demo,
            demonstration: Demonstration(
                database: database, imports: tracks.imports, dataDirectory: settings.dataDirectory),
            webSocketURL: { await sockets?.url() }, logger: logger)
        let upgrade = sockets.map { HTTPServer.Upgrade(path: "/ws", $0.sockets.upgrade) }
        let application = try server.application(api.router(front), hot: tracks.hot, upgrade: upgrade) { port in
            sockets?.origins.serves(port: port)
            await announcement.make(port: port)
        }
        var services: [any Service] = cluster.map { [ClusterKeeping(cluster: $0)] } ?? []
        services += [
            EventRelay(database: database, events: events), PeriodicDuties(accounts: accounts, logger: logger),
        ]
        if let certificates { services.append(certificates) }
        if let redis { services.append(redis) }
        if let mail { services.append(mail) }
        services += tracks.services + catalogue.services + chat.services
        if roles.contains(.media) { services += tracks.workerServices + media.nodeServices }
        // Services stop in the opposite order: first the long answers end, then the listener drains, then the work.
        services.append(application)
        // Sockets end before the listener drains, which would wait for those that it has.
        if let sockets { services += [sockets.listener] + sockets.sockets.services }
        services.append(DrainAnnouncement(draining: draining, events: events))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.drainTime
        try await ServiceGroup(configuration: configuration).run()
    }
}
