import API
import Logging
import Migrations
import Platform
import Postgres
import ServiceLifecycle
import Synchronization

/// Carries events between the nodes of one database.
struct EventRelay: Service {
    static let channel = "talas_events"

    let database: Database
    let events: EventBus

    func run() async throws {
        let notifications = database.notifications(on: Self.channel)
        await cancelWhenGracefulShutdown {
            var isFirst = true
            for await notification in notifications {
                switch notification {
                case .message(let payload): events.receive(payload)
                // What was told meanwhile is lost: whoever listens has to read the database again.
                case .reconnected where !isFirst: events.resynchronise()
                case .reconnected: isFirst = false
                }
            }
        }
        // A service that returns before shutdown would end the server; the relay's end alone must not.
        try? await gracefulShutdown()
    }
}

/// What has to be done now and then.
struct PeriodicDuties: Service {
    let accounts: Accounts
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await accounts.purge()
                } catch {
                    logger.warning("Old sessions could not be removed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(3_600))
            }
        }
    }
}

/// Closes what never ends by itself as soon as the server is asked to stop, so that the listener can drain.
struct DrainAnnouncement: Service {
    let draining: Draining
    let events: EventBus

    func run() async throws {
        try? await gracefulShutdown()
        draining.begin()
        events.close()
    }
}

/// Whether the server has been asked to stop.
final class Draining: Sendable {
    private let hasBegun = Mutex(false)

    var isOn: Bool { hasBegun.withLock { $0 } }

    func begin() { hasBegun.withLock { $0 = true } }
}

/// Whether requests can be answered now.
struct Readiness: Sendable {
    let database: Database
    let behaviour: ActiveBehaviour
    let draining: Draining

    /// One sentence on what is in the way; nil when nothing is.
    @Sendable func whatIsMissing() async -> String? {
        guard !draining.isOn else { return "The server is shutting down." }
        do {
            let status = try await Migrator(database, migrations: Migrations.all).status()
            guard status.isCurrent else { return "The database's schema is not current: run `talas migrate up`." }
        } catch {
            return "The database does not answer."
        }
        return await behaviour.whatIsMissing()
    }
}
