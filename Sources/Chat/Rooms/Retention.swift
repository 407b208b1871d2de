package import Logging
package import Postgres
import ServiceLifecycle

/// Removes messages that are older than their room keeps them.
package struct Retention: Service {
    private static let interval = Duration.seconds(3_600)

    private let database: Database
    private let logger: Logger

    package init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Gives how many messages went.
    package func purge() async throws(PostgresError) -> Int {
        let rooms = try await database.rows(
            "SELECT conversation_id FROM rooms WHERE retention_days IS NOT NULL ORDER BY id"
        ) { row throws(PostgresError) -> Int in try row.decode("conversation_id") }
        var removed = 0
        for room in rooms {
            // One at a time: writers of a room wait while it is done.
            removed +=
                try await database.pooled.row(
                    """
                    SELECT purge_conversation(conversation_id, now() - make_interval(days => retention_days)) AS removed
                    FROM rooms WHERE conversation_id = $1 AND retention_days IS NOT NULL
                    """, room
                ) { row throws(PostgresError) -> Int in try row.decode("removed") } ?? 0
        }
        return removed
    }

    /// Purges once an hour, until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await purge()
                } catch {
                    logger.warning("Old messages could not be removed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
