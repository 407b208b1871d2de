import API
import ArgumentParser
import Chat
import Foundation
import Logging
import Metrics
import MediaService
import Platform
import Postgres

struct Serve: AsyncParsableCommand, ActsOnInstallation {
    static let configuration = CommandConfiguration(
        abstract: "Run the server.",
        discussion: "Everything is set by environment variables:\n\n" + Settings.helpText)

    /// What one node of an installation runs.
    enum Role: String, CaseIterable, ExpressibleByArgument {
        /// The REST API and the page.
        case api
        /// Media URLs and the reading-in of uploads.
        case media
        /// WebSockets and what comes by them.
        case chat
    }

    @Option(help: "Run only a part of it, for more than one machine: api, media, chat, or several with commas.")
    var roles: String?

    @Option(help: "Make a demo account and give it the tracks in this folder (development only).")
    var demo: String?

    func run() async throws {
        let settings = try Settings(environment: ProcessInfo.processInfo.environment)
        let roles = try parsedRoles(settings)
        LoggingSystem.bootstrap { _ in TalasLogHandler(level: settings.logLevel, format: settings.logFormat) }
        let metrics = PrometheusMetrics(
            descriptions: Tracks.metrics + MediaWorkers.metrics + Chat.metrics + SocketHub.metrics)
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "talas")
        OpenFileLimit.raise()

        let lock = try DataDirectoryLock(settings.dataDirectory)
        defer { withExtendedLifetime(lock) {} }

        guard let url = settings.databaseURL else {
            let cluster = PrivateCluster(dataDirectory: settings.dataDirectory, logger: logger)
            let connection = try await cluster.start()
            do {
                try await serve(settings, roles, connection, metrics, logger, cluster: cluster)
            } catch {
                await cluster.stop()
                throw error
            }
            return await cluster.stop()
        }
        try await serve(settings, roles, url.text, metrics, logger, cluster: nil)
    }

    /// - Parameter cluster: the database, where it is this node's own: it is brought up to date, and kept running.
    private func serve(
        _ settings: Settings, _ roles: Set<Role>, _ connection: String, _ metrics: PrometheusMetrics, _ logger: Logger,
        cluster: PrivateCluster?
    ) async throws {
        let wiring = try await Wiring(settings, roles: roles, connection: connection, metrics: metrics, logger: logger)
        do {
            try await wiring.prepare(mayMigrate: cluster != nil)
            try await wiring.run(demo: settings.environment == .development ? demo : nil, cluster: cluster)
        } catch {
            await wiring.close()
            throw error
        }
        await wiring.close()
    }

    /// Every role without `--roles`; with it, secrets have to be shared, so one must be given.
    private func parsedRoles(_ settings: Settings) throws -> Set<Role> {
        guard let roles else { return Set(Role.allCases) }
        let parsed = try roles.split(separator: ",").map { name in
            guard let role = Role(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure("There is no role \"\(name)\" to run; choose from \(known).", isWrongUsage: true)
            }
            return role
        }
        guard !parsed.isEmpty else { throw Failure("--roles names no role.", isWrongUsage: true) }
        guard settings.jwtSecret != nil else {
            throw Failure("With --roles, JWT_SECRET has to be set: all nodes of an installation share it.")
        }
        return Set(parsed)
    }
}
