package import Platform
package import Postgres

/// Tells accounts what happened: stores it, and wakes whoever listens on any node.
package struct Notifications: Sendable {
    let store: NotificationStore
    private let events: EventBus

    package init(database: any Queryable, events: EventBus) {
        store = NotificationStore(database)
        self.events = events
    }

    /// Stores a notification and tells of it; an account that is gone is told nothing.
    /// - Parameters:
    ///   - kind: what happened, in `snake_case`, at most 50 characters.
    ///   - payload: a JSON object, written with `snake_case` keys.
    package func add(userID: Int, kind: String, payload: some Encodable & Sendable) async throws {
        guard let id = try await store.insert(userID: userID, kind: kind, payload: payload) else { return }
        await announce(id, to: userID)
    }

    /// A notification of an account; nil when it has no such one.
    package func notification(_ id: Int, of userID: Int) async throws -> UserNotification? {
        try await store.following(id - 1, userID: userID, limit: 1).first { $0.id == id }
    }

    /// Tells of a notification that was stored within a transaction, once that is committed.
    package func announce(_ id: Int, to userID: Int) async {
        await events.publish(Event(.notification, userID: userID, id: id))
    }
}
