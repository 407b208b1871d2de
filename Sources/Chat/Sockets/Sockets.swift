package import Logging
package import Platform
package import ServiceLifecycle

/// Everything between the listeners and what is made of messages.
package struct Sockets {
    /// The live caller of a bearer token; throws a ``Problem`` otherwise.
    package typealias Authenticate = @Sendable (String) async throws -> SocketAdmission
    /// As ``Authenticate``, of what was shown before.
    package typealias FindCaller = @Sendable (Int, Credential) async throws -> Caller
    /// Those of these accounts and credentials that are alive.
    package typealias FindLiving = @Sendable (Set<CredentialHolder>) async throws -> Set<CredentialHolder>

    /// How long sockets have to end when the server stops.
    private static let drainTime = Duration.seconds(5)

    /// Takes connections over on any listener.
    package let upgrade: any ConnectionUpgrade
    /// To run for as long as the node does; they are to stop before the HTTP listener.
    package let services: [any Service]

    /// - Parameters:
    ///   - hub: where the sockets of this node are.
    ///   - handler: what is made of their messages.
    package init(
        hub: SocketHub, handler: any SocketHandler, origins: OriginRules, events: EventBus,
        authenticate: @escaping Authenticate, findCaller: @escaping FindCaller, findLiving: @escaping FindLiving,
        logger: Logger
    ) {
        upgrade = SocketUpgrade(
            hub: hub, handler: handler, origins: origins, authenticate: authenticate, logger: logger)
        services = [
            SocketRevocation(
                hub: hub, events: events, findLiving: findLiving, findCaller: findCaller, logger: logger),
            Drain(hub: hub, time: Self.drainTime),
        ]
    }

    /// Ends all sockets when the server is asked to stop, and waits until their handlers are done.
    private struct Drain: Service {
        let hub: SocketHub
        let time: Duration

        func run() async throws {
            try? await gracefulShutdown()
            hub.close(.goingAway, reason: "The server is shutting down: come again and resume.")
            await withTaskGroup { group in
                group.addTask { await hub.register.empty() }
                group.addTask { try? await Task.sleep(for: time) }
                await group.next()
                group.cancelAll()
            }
        }
    }
}
