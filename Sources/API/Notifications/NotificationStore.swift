package import Foundation
package import Platform
package import Postgres

/// Something an account is told, until it has read it.
package struct UserNotification: Encodable, Identifiable, Sendable {
    package let id: Int
    /// What happened, such as `track_ready`.
    package let kind: String
    /// What it concerns; its members depend on `kind`.
    package let payload: JSONValue
    package let createdAt: Date
    @Nullable package var readAt: Date?
}

/// The `notifications` table.
package struct NotificationStore: Sendable {
    private let database: any Queryable

    /// - Parameter database: the database, or the transaction that the notification belongs to.
    package init(_ database: any Queryable) { self.database = database }

    /// Adds one and gives its id; nil when there is no such account. ``Notifications/announce(_:to:)`` tells of it.
    ///
    /// The lock on the account's row is taken before the id is: one account's ids become visible in their order, so a
    /// reader that has seen one has missed none before it.
    package func insert(
        userID: Int, kind: String, payload: some Encodable & Sendable
    ) async throws -> Int? {
        let json = String(decoding: try JSONCoding.encoder().encode(payload), as: UTF8.self)
        return try await database.row(
            """
            WITH owner AS (SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE)
            INSERT INTO notifications (user_id, kind, payload) SELECT id, $2, $3::jsonb FROM owner RETURNING id
            """, userID, kind, json
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// One page, newest first: those next to the cursors. `after` alone gives the oldest that come after it.
    func page(userID: Int, _ page: CursorPage) async throws(PostgresError) -> [UserNotification] {
        let ascending = page.after != nil && page.before == nil
        let found = try await database.rows(
            """
            SELECT id, kind, payload::text AS payload, created_at, read_at FROM notifications
            WHERE user_id = $1 AND ($2::bigint IS NULL OR id < $2) AND ($3::timestamptz IS NULL OR created_at < $3)
                AND ($4::bigint IS NULL OR id > $4) AND ($5::timestamptz IS NULL OR created_at > $5)
            ORDER BY id \(ascending ? "ASC" : "DESC") LIMIT $6
            """, userID, page.before?.id, page.before?.time, page.after?.id, page.after?.time, page.limit,
            decode: Self.notification)
        return ascending ? found.reversed() : found
    }

    /// Those after this id, oldest first.
    func following(_ id: Int, userID: Int, limit: Int) async throws(PostgresError) -> [UserNotification] {
        try await database.rows(
            """
            SELECT id, kind, payload::text AS payload, created_at, read_at FROM notifications
            WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3
            """, userID, id, limit, decode: Self.notification)
    }

    /// The id of the newest; 0 when there is none.
    func newestID(userID: Int) async throws(PostgresError) -> Int {
        try await database.row(
            "SELECT coalesce(max(id), 0) AS id FROM notifications WHERE user_id = $1", userID
        ) { row throws(PostgresError) in try row.decode("id") } ?? 0
    }

    func unreadCount(userID: Int) async throws(PostgresError) -> Int {
        try await database.row(
            "SELECT count(*) AS unread FROM notifications WHERE user_id = $1 AND read_at IS NULL", userID
        ) { row throws(PostgresError) in try row.decode("unread") } ?? 0
    }

    /// Marks all up to and with this one as read.
    func markRead(userID: Int, upTo id: Int) async throws(PostgresError) {
        _ = try await database.execute(
            "UPDATE notifications SET read_at = now() WHERE user_id = $1 AND id <= $2 AND read_at IS NULL", userID, id)
    }

    @Sendable private static func notification(_ row: Row) throws(PostgresError) -> UserNotification {
        let payload: String = try row.decode("payload")
        return UserNotification(
            id: try row.decode("id"), kind: try row.decode("kind"),
            // PostgreSQL wrote this JSON, so it can be read.
            payload: (try? JSONDecoder().decode(JSONValue.self, from: Data(payload.utf8))) ?? .null,
            createdAt: try row.decode("created_at"), readAt: try row.decode("read_at"))
    }
}
