package import Media
package import Postgres

/// The queue of tracks to decode, in `ingest_jobs`. A job is held by a lease; a worker that dies loses it, and another
/// takes the job up. Only the holder of the newest attempt can finish a job, so nothing is done twice.
package struct IngestQueue: Sendable {
    /// A job that was claimed.
    package struct Job: Sendable, Equatable {
        package let id: Int
        /// Which try this is, from 1; also the fence against workers that lost their lease.
        package let attempt: Int
        package let trackID: Track.ID
        package let ownerID: Int
        package let blob: BlobID
    }

    /// How often a job may fail before its track does.
    package static let maximumFaults = 5
    /// How often a job is begun at all: servers that are killed again and again may die of the file.
    package static let maximumAttempts = 50

    let database: Database
    let node: String
    private let leaseSeconds: Int

    /// - Parameters:
    ///   - node: this server's lasting name: what it left behind when it was killed, it takes up at its next start.
    ///   - leaseSeconds: how long a job is held without a renewal.
    package init(database: Database, node: String, leaseSeconds: Int = 30) {
        self.database = database
        self.node = node
        self.leaseSeconds = leaseSeconds
    }

    /// Adds a track to the queue, as part of the transaction that made it; gives the job's id.
    static func enqueue(_ track: Track.ID, in transaction: Transaction) async throws(PostgresError) -> Int {
        let id = try await transaction.row(
            "INSERT INTO ingest_jobs (track_id) VALUES ($1) RETURNING id", track
        ) { row throws(PostgresError) -> Int in try row.decode("id") }
        guard let id else { throw PostgresError.missingRow }
        return id
    }

    /// Puts back what this node held when it died. Call once, before the first claim.
    package func recover() async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE ingest_jobs SET state = 'queued', locked_by = NULL, lease_until = NULL, updated_at = now()
            WHERE state = 'running' AND locked_by = $1
            """, node)
    }

    /// Takes the oldest job that is due and that nobody holds; nil when there is none.
    package func claim() async throws(PostgresError) -> Job? {
        try await database.row(
            """
            UPDATE ingest_jobs j SET state = 'running', attempts = attempts + 1, locked_by = $1, heartbeat_at = now(),
              lease_until = now() + $2::int * interval '1 second', updated_at = now()
            FROM tracks t WHERE t.id = j.track_id AND j.id = (
              SELECT id FROM ingest_jobs
              WHERE (state = 'queued' AND run_after <= now() OR state = 'running' AND lease_until < now())
                AND attempts < $3 AND faults < $4
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING j.id, j.attempts, j.track_id, t.user_id, t.sha256
            """, node, leaseSeconds, Self.maximumAttempts, Self.maximumFaults
        ) { row throws(PostgresError) in
            try Job(
                id: row.decode("id"), attempt: row.decode("attempts"), trackID: row.decode("track_id"),
                ownerID: row.decode("user_id"), blob: row.decode("sha256"))
        }
    }

    /// Renews the lease; false when the job is no longer this attempt's.
    package func renew(_ job: Job) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE ingest_jobs SET heartbeat_at = now(), lease_until = now() + $4::int * interval '1 second'
            WHERE id = $1 AND attempts = $2 AND locked_by = $3 AND state = 'running'
            """, job.id, job.attempt, node, leaseSeconds) == 1
    }

    /// Seconds between renewals: three may be missed.
    package var renewalSeconds: Int { max(1, leaseSeconds / 4) }
}
