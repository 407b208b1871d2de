import Platform
import Postgres

/// `data` of `GET /admin/dashboard`.
struct Dashboard: Encodable, Sendable {
    let usersCount: Int
    let productsCount: Int
    let filesCount: Int
    let tracksCount: Int
    /// Registered since midnight in UTC.
    let newUsersToday: Int
    /// Sessions that were used within the last 15 minutes.
    let activeSessions: Int
}

/// Counts over all tables.
struct DashboardStore: Sendable {
    let database: Database

    func figures() async throws(PostgresError) -> Dashboard {
        let found = try await database.pooled.row(
            """
            SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM products) AS products,
              (SELECT count(*) FROM files) AS files,
              (SELECT count(*) FROM tracks WHERE deleted_at IS NULL) AS tracks,
              (SELECT count(*) FROM users
               WHERE created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') AS new_users,
              (SELECT count(*) FROM sessions
               WHERE ended_at IS NULL AND last_used_at > now() - interval '15 minutes') AS sessions
            """
        ) { row throws(PostgresError) in
            try Dashboard(
                usersCount: row.decode("users"), productsCount: row.decode("products"),
                filesCount: row.decode("files"), tracksCount: row.decode("tracks"),
                newUsersToday: row.decode("new_users"), activeSessions: row.decode("sessions"))
        }
        guard let found else { throw PostgresError(.other, "A SELECT of counts gave no row.") }
        return found
    }
}
