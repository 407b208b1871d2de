import Foundation
package import Logging
import Synchronization

/// Tells events to whoever subscribed, on this node and, through a transport, on all others.
///
/// Nothing is kept: a subscriber that was away reads the database. A node hears its own events at once, without waiting
/// for the transport; what comes back from there under its own name is ignored.
package final class EventBus: Sendable {
    /// Sends a short text to all other nodes.
    package typealias Transport = @Sendable (String) async throws -> Void
    /// As ``Transport``, for what is told often; false where it did not take the text.
    package typealias FrequentTransport = @Sendable (String) async -> Bool

    private struct Message: Codable {
        let node: String
        let event: Event
    }

    private struct State {
        var nextID = 0
        var observers: [@Sendable (Event?) -> Void] = []
        var subscribers: [Int: (userID: Int?, subscription: EventSubscription)] = [:]
        var isClosed = false
        /// Texts that the transport did not take, and that are sent again.
        var resending = 0
    }

    /// How often a text is sent again, how long after the last time, and how many may wait for it.
    private static let attempts = 20
    private static let pause = Duration.milliseconds(250)
    private static let maximumResending = 1_000

    private let node = UUID().uuidString
    private let transport: Transport?
    private let frequentTransport: FrequentTransport?
    private let hears: @Sendable () -> Bool
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - transport: for everything, or for all but what is told often.
    ///   - frequentTransport: for that; where it fails, `transport` does it.
    ///   - hears: whether what other nodes tell arrives here now.
    package init(
        logger: Logger, transport: Transport? = nil, frequentTransport: FrequentTransport? = nil,
        hears: @escaping @Sendable () -> Bool = { true }
    ) {
        self.logger = logger
        self.hears = hears
        self.frequentTransport = frequentTransport
        self.transport = transport
    }

    /// Whether what other nodes tell arrives here now; where it does not, only the database says what has changed.
    package var isHearing: Bool { hears() }

    /// Tells an event here and everywhere else, as soon as the transport takes it. Nodes that cannot be reached miss it: their
    /// own checks against the database hold all the same.
    package func publish(_ event: Event) async {
        deliver(event)
        guard let transport, let encoded = try? JSONEncoder().encode(Message(node: node, event: event)) else { return }
        let text = String(decoding: encoded, as: UTF8.self)
        if event.topic.isFrequent, let frequentTransport, await frequentTransport(text) { return }
        do {
            try await transport(text)
        } catch {
            sendAgain(text, by: transport)
        }
    }

    /// Sends a text until it is taken, for some seconds.
    private func sendAgain(_ text: String, by transport: @escaping Transport) {
        let mayWait = state.withLock { state in
            guard state.resending < Self.maximumResending, !state.isClosed else { return false }
            state.resending += 1
            return true
        }
        guard mayWait else { return logger.warning("An event did not reach the other nodes") }
        // Outlives the caller, who does not wait for other nodes' sake.
        Task {
            defer { state.withLock { $0.resending -= 1 } }
            for _ in 0..<Self.attempts {
                try? await Task.sleep(for: Self.pause)
                if (try? await transport(text)) != nil { return }
            }
            logger.warning("An event did not reach the other nodes")
        }
    }

    /// Takes a text that the transport brought.
    package func receive(_ text: String) {
        guard let message = try? JSONDecoder().decode(Message.self, from: Data(text.utf8)), message.node != node else {
            return
        }
        deliver(message.event)
    }

    /// Listens to what concerns this account and everybody, or, with nil, to everything.
    package func subscribe(userID: Int? = nil) -> EventSubscription {
        let (subscription, isClosed) = state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            let subscription = EventSubscription { [weak self] in
                _ = self?.state.withLock { $0.subscribers.removeValue(forKey: id) }
            }
            if !state.isClosed { state.subscribers[id] = (userID, subscription) }
            return (subscription, state.isClosed)
        }
        // Ending takes the lock again, so not while it is held.
        if isClosed { subscription.end() }
        return subscription
    }

    /// Has `observer` called with every event before anything else happens for it, in particular before whoever publishes
    /// goes on; with nil when some may have been missed. For the node's whole life. It must return at once.
    package func observe(_ observer: @escaping @Sendable (Event?) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Ends every subscription: the node is shutting down.
    package func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            return state.subscribers.values.map(\.subscription)
        }
        for subscription in subscribers { subscription.end() }
    }

    /// Ends subscriptions that may have missed something, so that their owners read the database again.
    package func resynchronise() {
        let (observers, subscribers) = state.withLock { ($0.observers, $0.subscribers.values.map(\.subscription)) }
        for observer in observers { observer(nil) }
        for subscription in subscribers { subscription.end() }
    }

    private func deliver(_ event: Event) {
        for observer in state.withLock({ $0.observers }) { observer(event) }
        guard !event.topic.isForObservers else { return }
        let concerned = state.withLock { state in
            state.subscribers.values.filter { entry in
                entry.userID == nil || event.userID == nil || entry.userID == event.userID
            }.map(\.subscription)
        }
        for subscription in concerned { subscription.offer(event) }
    }
}
