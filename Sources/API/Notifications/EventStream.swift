import Foundation
import Platform

/// One listener's events, from its first to the reason why there are no more.
struct EventStream: Sendable {
    private let caller: Caller
    private let subscription: EventSubscription
    private let store: NotificationStore
    private let authenticate: EventStreams.Authenticate
    private let heartbeat: Duration
    /// The newest notification that was sent.
    private var lastID: Int

    private enum Signal: Sendable {
        case event(Event)
        case heartbeat
    }

    /// How many signals may wait for a slow client, beyond those in the subscription.
    private static let maximumWaiting = 64
    private static let notificationsPerRead = 100

    init(
        caller: Caller, subscription: EventSubscription, store: NotificationStore,
        authenticate: @escaping EventStreams.Authenticate, heartbeat: Duration, lastID: Int
    ) {
        self.caller = caller
        self.subscription = subscription
        self.store = store
        self.authenticate = authenticate
        self.heartbeat = heartbeat
        self.lastID = lastID
    }

    /// Writes events until the listener may hear no more, or until writing fails since the client has gone.
    mutating func run(_ write: (String) async throws -> Void) async throws {
        defer { subscription.end() }
        // Says that the stream is up, and how long clients wait before they come back.
        try await write("retry: 2000\n\n")
        try await sendNotifications(write)
        let (signals, continuation) = AsyncStream.makeStream(
            of: Signal.self, bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
        try await withThrowingTaskGroup { group in
            group.addTask { [subscription] in
                for await event in subscription {
                    if case .dropped = continuation.yield(.event(event)) { break }
                }
                continuation.finish()
            }
            group.addTask { [heartbeat] in
                while !Task.isCancelled {
                    try await Task.sleep(for: heartbeat)
                    continuation.yield(.heartbeat)
                }
            }
            defer { group.cancelAll() }
            for await signal in signals {
                guard try await answer(signal, write) else { break }
            }
        }
    }

    /// Gives whether the stream goes on.
    private mutating func answer(_ signal: Signal, _ write: (String) async throws -> Void) async throws -> Bool {
        switch signal {
        case .heartbeat:
            guard await currentCaller() != nil else { return try await sayGoodbye(write) }
            try await write(ServerSentEvent.heartbeat)
        case .event(let event):
            switch event.topic {
            case .sessionEnded, .tokenEnded, .accountChanged:
                guard let caller = await currentCaller() else { return try await sayGoodbye(write) }
                guard event.topic == .accountChanged else { break }
                try await write(try ServerSentEvent(accountOf: caller).text)
            case .notification:
                try await sendNotifications(write)
            case .trackChanged, .trackProgress:
                // Events for everybody tell nodes, not people: they would give away what is private.
                guard event.userID == caller.userID else { break }
                try await write(try ServerSentEvent(event).text)
            case .ingestQueued, .mediaAdopted, .chatEvent:
                break
            }
        }
        return true
    }

    private func sayGoodbye(_ write: (String) async throws -> Void) async throws -> Bool {
        try await write(ServerSentEvent(event: Event.Topic.sessionEnded.rawValue, data: "{}", id: nil).text)
        return false
    }

    /// Sends what the database has beyond the last one sent; several events may find it all at once.
    private mutating func sendNotifications(_ write: (String) async throws -> Void) async throws {
        while true {
            let found = try await store.following(lastID, userID: caller.userID, limit: Self.notificationsPerRead)
            for notification in found {
                try await write(try ServerSentEvent(notification).text)
                lastID = notification.id
            }
            guard found.count == Self.notificationsPerRead else { return }
        }
    }

    /// The listener as the database has it now, if their session and account still count. A database that does not
    /// answer ends the stream too: the client comes back and is judged anew.
    private func currentCaller() async -> Caller? {
        try? await authenticate(caller.userID, caller.credential)
    }
}
