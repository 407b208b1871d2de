package import Logging
package import Platform
package import Postgres
import Synchronization

/// Keeps `sessions.last_used_at` true to a minute, without a write for each request.
package final class SessionUses: Sendable {
    private static let precision = Duration.seconds(60)
    /// Sessions remembered before all are forgotten; one that is forgotten is only noted once more.
    private static let maximumSessions = 100_000

    private let database: any Queryable
    private let logger: Logger
    private let noted = Mutex<[Int: ContinuousClock.Instant]>([:])

    package init(_ database: any Queryable, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Notes that a caller's session is in use. A failure is not the caller's to suffer.
    package func note(_ caller: Caller) async {
        guard case .session(let id) = caller.credential, isDue(id) else { return }
        do {
            try await database.execute(
                "UPDATE sessions SET last_used_at = now() WHERE id = $1 AND ended_at IS NULL", id)
        } catch {
            logger.warning("The use of a session could not be noted", metadata: ["error": "\(error)"])
        }
    }

    private func isDue(_ id: Int) -> Bool {
        let now = ContinuousClock.now
        return noted.withLock { noted in
            if let last = noted[id], last.duration(to: now) < Self.precision { return false }
            if noted.count >= Self.maximumSessions { noted.removeAll() }
            noted[id] = now
            return true
        }
    }
}
