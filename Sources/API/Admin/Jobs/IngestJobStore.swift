import Platform
import Postgres

/// The `ingest_jobs` table, for administrators; the queue's own work is ``IngestQueue``'s.
struct IngestJobStore: Sendable {
    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Newest first, and how many there are in all.
    func page(
        _ state: IngestJobState?, _ page: PageRequest
    ) async throws(PostgresError) -> (jobs: [IngestJob], total: Int) {
        let jobs = try await database.rows(
            "\(IngestJob.selection) WHERE ($1::text IS NULL OR j.state = $1) ORDER BY j.id DESC LIMIT $2 OFFSET $3",
            state, page.limit, page.offset, decode: IngestJob.init(row:))
        let total = try await database.row(
            "SELECT count(*) AS total FROM ingest_jobs WHERE $1::text IS NULL OR state = $1", state
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (jobs, total ?? 0)
    }

    func job(_ id: Int) async throws(PostgresError) -> IngestJob? {
        try await database.row("\(IngestJob.selection) WHERE j.id = $1", id, decode: IngestJob.init(row:))
    }

    /// Ends a job that is not over, and fails its track. A worker that has it notices at its next renewal, and cannot
    /// finish it any more. False when there was nothing to end.
    func cancel(_ id: Int, _ sentence: String) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            WITH ended AS (
              UPDATE ingest_jobs SET state = 'cancelled', failure = $2, locked_by = NULL, lease_until = NULL,
                updated_at = now()
              WHERE id = $1 AND state IN ('queued', 'running') RETURNING track_id)
            UPDATE tracks SET status = 'failed', failure = $2, updated_at = now()
            WHERE id IN (SELECT track_id FROM ended)
            """, id, sentence) > 0
    }

    /// Queues a track again whose job came to nothing, as a job of its own: what may still run of the old one can then
    /// not end the new one. Gives its id; nil unless the job is failed or cancelled, and the track there.
    /// A track that is in the queue already is a `uniqueViolation`.
    func retry(_ id: Int) async throws(PostgresError) -> Int? {
        try await database.row(
            """
            WITH again AS (
              UPDATE tracks t SET status = 'processing', failure = NULL, updated_at = now()
              FROM ingest_jobs j WHERE j.id = $1 AND j.track_id = t.id AND j.state IN ('failed', 'cancelled')
                AND t.deleted_at IS NULL AND t.status = 'failed'
              RETURNING t.id)
            INSERT INTO ingest_jobs (track_id) SELECT id FROM again RETURNING id
            """, id
        ) { row throws(PostgresError) in try row.decode("id") }
    }
}
