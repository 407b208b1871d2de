import Foundation
import Platform
import Postgres

/// How far a job of the ingest queue is.
enum IngestJobState: String, Codable, Sendable, CaseIterable, PostgresCodable {
    case queued, running, done, failed, cancelled
}

/// A job of the ingest queue in a response.
struct IngestJob: Encodable, Sendable {
    let id: Int
    let trackID: Int
    let trackTitle: String
    let userID: Int
    let state: IngestJobState
    /// How often it was begun.
    let attempts: Int
    /// Why the last attempt came to nothing.
    @Nullable var failure: String?
    /// Not begun before this.
    let runAfter: Date
    let createdAt: Date
    let updatedAt: Date

    /// What ``init(row:)`` reads.
    static let selection = """
        SELECT j.id, j.track_id, t.title, t.user_id, j.state, j.attempts, j.failure, j.run_after, j.created_at, j.updated_at
        FROM ingest_jobs j JOIN tracks t ON t.id = j.track_id
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        trackID = try row.decode("track_id")
        trackTitle = try row.decode("title")
        userID = try row.decode("user_id")
        state = try row.decode("state")
        attempts = try row.decode("attempts")
        _failure = Nullable(wrappedValue: try row.decode("failure"))
        runAfter = try row.decode("run_after")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }
}
