package import Logging
import ServiceLifecycle
import Synchronization

/// Carries texts between nodes through a Redis server, and says when some may have been missed.
package final class RedisRelay: Service {
    private static let heartbeat = Duration.seconds(5)
    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)
    /// Texts that wait for Redis at once; beyond it they have to go another way.
    private static let maximumWaiting = 1_000

    private struct State {
        var publisher: RedisConnection?
        var waiting = 0
        var onText: @Sendable (String) -> Void = { _ in }
        var onGap: @Sendable () -> Void = {}
    }

    private let address: RedisAddress
    private let channel: String
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter channel: the one that all nodes use.
    package init(_ address: RedisAddress, channel: String, logger: Logger) {
        self.address = address
        self.channel = channel
        self.logger = logger
    }

    /// Says what is done with texts, to be called before it runs.
    ///
    /// - Parameters:
    ///   - onText: told what any node published, this one too; must return at once.
    ///   - onGap: called when the server is heard again after it was not.
    package func listen(onText: @escaping @Sendable (String) -> Void, onGap: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.onText = onText
            state.onGap = onGap
        }
    }

    /// Brings a bus what other nodes publish.
    package func carry(_ events: EventBus) {
        listen {
            events.receive($0)
        } onGap: {
            events.resynchronise()
        }
    }

    /// Sends a text to all nodes that hear the server; false where it did not take it.
    @Sendable package func publish(_ text: String) async -> Bool {
        let publisher = state.withLock { state -> RedisConnection? in
            guard let publisher = state.publisher, state.waiting < Self.maximumWaiting else { return nil }
            state.waiting += 1
            return publisher
        }
        guard let publisher else { return false }
        defer { state.withLock { $0.waiting -= 1 } }
        do {
            try await publisher.send(["PUBLISH", channel, text])
            return true
        } catch {
            return false
        }
    }

    /// Stays connected until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Self.firstPause
            var wasHeard = false
            var isKnownLost = false
            while !Task.isCancelled {
                do {
                    try await self.connected {
                        if wasHeard || isKnownLost { self.state.withLock { $0.onGap }() }
                        (wasHeard, isKnownLost, pause) = (true, false, Self.firstPause)
                    }
                } catch {
                    if !isKnownLost, !Task.isCancelled {
                        self.logger.warning(
                            "Redis does not answer: nodes tell each other through PostgreSQL meanwhile",
                            metadata: ["error": "\(error)"])
                    }
                    isKnownLost = true
                }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
        // A service that returns before shutdown would end the server.
        try? await gracefulShutdown()
    }

    /// Connects, and returns or throws when it is over.
    private func connected(_ onConnected: () -> Void) async throws {
        let subscriber = try await RedisConnection.open(address, onMessage: state.withLock { $0.onText })
        defer { subscriber.close() }
        try await subscriber.send(["SUBSCRIBE", channel])
        let publisher = try await RedisConnection.open(address) { _ in }
        defer {
            state.withLock { $0.publisher = nil }
            publisher.close()
        }
        state.withLock { $0.publisher = publisher }
        onConnected()
        try await withThrowingTaskGroup { group in
            for connection in [subscriber, publisher] {
                group.addTask {
                    await connection.closed()
                    throw RedisError("The connection to Redis has ended.")
                }
                group.addTask {
                    // A connection may be dead without having ended.
                    while true {
                        try await Task.sleep(for: Self.heartbeat)
                        try await connection.send(["PING"])
                    }
                }
            }
            defer {
                group.cancelAll()
                // Those that wait for the end get it.
                subscriber.close()
                publisher.close()
            }
            try await group.next()
        }
    }
}
