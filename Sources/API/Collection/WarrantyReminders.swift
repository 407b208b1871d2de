import Platform
import Postgres

/// Tells owners that a warranty ends: 90, 30 and 7 days before, once each. The database decides what is new, so any
/// number of nodes may ask.
struct WarrantyReminders: Sendable {
    private static let batch = 200

    /// What a notification of the kind `warranty_expiring` says.
    private struct Payload: Encodable, Sendable {
        let userProductID: Int
        let productName: String
        let warrantyExpires: CalendarDay
        let daysLeft: Int
    }

    private struct Due: Sendable {
        let userID: Int
        let payload: Payload
    }

    let database: Database
    let notifications: Notifications

    /// Sends what is due, in batches; gives how many reminders that were.
    func send() async throws -> Int {
        var count = 0
        while true {
            let told = try await database.transaction { transaction in
                var told: [(userID: Int, notification: Int)] = []
                for due in try await Self.take(in: transaction) {
                    let id = try await NotificationStore(transaction).insert(
                        userID: due.userID, kind: "warranty_expiring", payload: due.payload)
                    if let id { told.append((due.userID, id)) }
                }
                return told
            }
            for (userID, notification) in told { await notifications.announce(notification, to: userID) }
            count += told.count
            if told.isEmpty { return count }
        }
    }

    /// Notes some of what is due as told, and gives it. Of thresholds that passed while nobody looked, the nearest counts.
    private static func take(in transaction: Transaction) async throws(PostgresError) -> [Due] {
        try await transaction.rows(
            """
            WITH due AS (
              SELECT u.id, u.user_id, u.warranty_expires, p.name, u.warranty_expires - \(UserProduct.today) AS days_left,
                min(d.days) AS days
              FROM user_products u JOIN users o ON o.id = u.user_id JOIN products p ON p.id = u.product_id
                CROSS JOIN (VALUES (7), (30), (90)) d(days)
              WHERE u.status = 'active' AND o.status <> 'banned'
                AND u.warranty_expires BETWEEN \(UserProduct.today) AND \(UserProduct.today) + d.days
              GROUP BY u.id, p.id
            ), told AS (
              INSERT INTO warranty_reminders (user_product_id, warranty_expires, days)
              SELECT due.id, due.warranty_expires, due.days FROM due
              WHERE NOT EXISTS (
                SELECT FROM warranty_reminders r WHERE r.user_product_id = due.id
                  AND r.warranty_expires = due.warranty_expires AND r.days <= due.days)
              ORDER BY due.user_id, due.id LIMIT $1
              ON CONFLICT DO NOTHING RETURNING user_product_id
            )
            SELECT due.id, due.user_id, due.name, due.days_left,
              to_char(due.warranty_expires, 'YYYY-MM-DD') AS warranty_expires
            FROM told JOIN due ON due.id = told.user_product_id ORDER BY due.user_id, due.id
            """, batch
        ) { row throws(PostgresError) -> Due in
            Due(
                userID: try row.decode("user_id"),
                payload: Payload(
                    userProductID: try row.decode("id"), productName: try row.decode("name"),
                    warrantyExpires: try row.decode("warranty_expires"), daysLeft: try row.decode("days_left")))
        }
    }
}
