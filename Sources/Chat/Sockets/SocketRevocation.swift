import Logging
import Platform
import ServiceLifecycle
import Synchronization

/// Ends sockets whose session, token or account no longer counts: at once when an event tells, as soon as events are heard again
/// after they were not, twice a second meanwhile, and at the latest when all are held against the database.
final class SocketRevocation: Service {
    private struct Waiting {
        /// Accounts that changed.
        var users: Set<Int> = []
        var everybody = false
    }

    private static let holdersPerQuery = 500

    private let hub: SocketHub
    private let events: EventBus
    private let findLiving: Sockets.FindLiving
    private let findCaller: Sockets.FindCaller
    private let logger: Logger
    private let waiting = Mutex(Waiting())
    private let signals = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(
        hub: SocketHub, events: EventBus, findLiving: @escaping Sockets.FindLiving,
        findCaller: @escaping Sockets.FindCaller, logger: Logger
    ) {
        self.hub = hub
        self.events = events
        self.findLiving = findLiving
        self.findCaller = findCaller
        self.logger = logger
        events.observe { [weak self] event in self?.heard(event) }
    }

    private func heard(_ event: Event?) {
        guard let event else { return check { $0.everybody = true } }
        switch event.topic {
        case .sessionEnded: end(event.userID, .session(event.id))
        case .tokenEnded: end(event.userID, .token(event.id))
        case .accountChanged: check { $0.users.insert(event.id) }
        default: break
        }
    }

    private func end(_ userID: Int?, _ credential: Credential) {
        for socket in userID.map(hub.register.sockets(of:)) ?? hub.register.all where socket.credential == credential {
            socket.close(.sessionEnded, reason: "The session has ended.")
        }
    }

    private func check(_ note: (inout Waiting) -> Void) {
        waiting.withLock { note(&$0) }
        signals.continuation.yield()
    }

    /// Looks after the sockets until shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.remind() }
                for await _ in self.signals.stream {
                    do {
                        try await self.work()
                    } catch {
                        self.logger.debug("Sockets could not be checked", metadata: ["error": "\(error)"])
                        // Not at once: the database may be away.
                        self.waiting.withLock { $0.everybody = true }
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Has all sockets checked when it is time to.
    private func remind() async {
        let step = min(hub.policy.checkInterval, hub.policy.urgentCheckInterval)
        var passed = Duration.zero
        while (try? await Task.sleep(for: step)) != nil {
            passed += step
            let isUrgent = !events.isHearing || waiting.withLock(\.everybody)
            guard isUrgent || passed >= hub.policy.checkInterval else { continue }
            passed = .zero
            check { $0.everybody = true }
        }
    }

    private func work() async throws {
        let waiting = waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return waiting
        }
        for user in waiting.users {
            for socket in hub.register.sockets(of: user) { try await judge(socket) }
        }
        guard waiting.everybody else { return }
        var rest = hub.register.all[...]
        while !rest.isEmpty {
            let sockets = rest.prefix(Self.holdersPerQuery)
            rest = rest.dropFirst(sockets.count)
            let living = try await findLiving(Set(sockets.map(\.holder)))
            for socket in sockets where !living.contains(socket.holder) { try await judge(socket) }
        }
    }

    /// Gives a socket the present state of its account, or ends it. Where the database does not answer it throws, and the socket
    /// stays: it gets nothing from there either.
    private func judge(_ socket: OpenSocket) async throws {
        do {
            socket.update(try await findCaller(socket.userID, socket.credential))
        } catch let problem as Problem {
            switch problem.code {
            case Problem.banned.code: socket.close(.banned, reason: "This account is banned.")
            case Problem.unauthorized.code: socket.close(.sessionEnded, reason: "The session has ended.")
            default: break
            }
        }
    }
}

extension OpenSocket {
    fileprivate var holder: CredentialHolder { CredentialHolder(userID: userID, credential: credential) }
}
