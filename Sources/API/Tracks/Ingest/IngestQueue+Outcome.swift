package import Media
package import Postgres

extension IngestQueue {
    /// What a whole decode found of the source, as the track's row keeps it.
    package struct Finding: Sendable, Equatable {
        package var sampleRate: Int
        package var channels: Int
        package var facts: TrackFacts
        package var fingerprint = Fingerprint(items: [])
        /// Those inside the file.
        package var lyrics: String?
        /// The picture inside the file, once it is stored.
        package var cover: BlobID?

        package init(sampleRate: Int, channels: Int, facts: TrackFacts) {
            self.sampleRate = sampleRate
            self.channels = channels
            self.facts = facts
        }
    }

    /// A track that was given up.
    package struct Abandoned: Sendable {
        package let trackID: Track.ID
        package let ownerID: Int
    }

    /// Makes the track ready and the job done, both or neither; false when the job is no longer this attempt's.
    package func finish(_ job: Job, _ finding: Finding) async throws -> Bool {
        try await database.transaction { transaction in
            guard try await close(job, state: "done", failure: nil, in: transaction) else { return false }
            let facts = finding.facts
            try await transaction.execute(
                """
                UPDATE tracks SET status = 'ready', failure = NULL, sample_rate = $2, channels = $3, sample_count = $4,
                  duration_ms = $5, loudness_lufs = $6, loudness_range_lu = $7, true_peak_dbtp = $8, warnings = $9,
                  updated_at = now()
                WHERE id = $1
                """,
                job.trackID, finding.sampleRate, finding.channels, facts.sampleCount, facts.durationMilliseconds,
                facts.loudnessLUFS, facts.loudnessRangeLU, facts.truePeakDBTP, facts.warnings)
            try await FingerprintStore.keep(finding.fingerprint, of: job.blob, in: transaction)
            try await LyricsStore.keep(embedded: finding.lyrics, of: job.trackID, in: transaction)
            try await TrackStore.keep(embeddedCover: finding.cover, of: job.trackID, in: transaction)
            return true
        }
    }

    /// Makes track and job failed for good; false when the job is no longer this attempt's.
    package func fail(_ job: Job, _ sentence: String) async throws -> Bool {
        try await database.transaction { transaction in
            guard try await close(job, state: "failed", failure: sentence, in: transaction) else { return false }
            try await transaction.execute(
                "UPDATE tracks SET status = 'failed', failure = $2, updated_at = now() WHERE id = $1",
                job.trackID, sentence)
            return true
        }
    }

    /// Puts the job back for another attempt, later each time up to ten minutes.
    /// - Parameter isFault: whether the work failed; false for what will pass and says nothing of the file.
    package func postpone(_ job: Job, _ sentence: String, isFault: Bool) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE ingest_jobs SET state = 'queued', locked_by = NULL, lease_until = NULL, failure = $4,
              faults = faults + $5::int,
              run_after = now() + least(attempts * attempts * 5, 600) * interval '1 second', updated_at = now()
            WHERE id = $1 AND attempts = $2 AND locked_by = $3 AND state = 'running'
            """, job.id, job.attempt, node, sentence, isFault ? 1 : 0)
    }

    /// Fails the tracks whose jobs used up their attempts without an end; gives them with their owners.
    package func abandon() async throws(PostgresError) -> [Abandoned] {
        try await database.rows(
            """
            WITH spent AS (
              UPDATE ingest_jobs SET state = 'failed', failure = $1, locked_by = NULL, lease_until = NULL,
                updated_at = now()
              WHERE id IN (
                SELECT id FROM ingest_jobs
                WHERE (attempts >= $2 OR faults >= $3) AND (state = 'queued' OR state = 'running' AND lease_until < now())
                FOR UPDATE SKIP LOCKED)
              RETURNING track_id)
            UPDATE tracks SET status = 'failed', failure = $1, updated_at = now()
            WHERE id IN (SELECT track_id FROM spent) AND status = 'processing' RETURNING id, user_id
            """,
            "Decoding was broken off again and again. Upload the file again, or convert it to FLAC first.",
            Self.maximumAttempts, Self.maximumFaults
        ) { row throws(PostgresError) in try Abandoned(trackID: row.decode("id"), ownerID: row.decode("user_id")) }
    }

    private func close(
        _ job: Job, state: String, failure: String?, in transaction: Transaction
    ) async throws(PostgresError) -> Bool {
        try await transaction.execute(
            """
            UPDATE ingest_jobs SET state = $4, failure = $5, locked_by = NULL, lease_until = NULL, updated_at = now()
            WHERE id = $1 AND attempts = $2 AND locked_by = $3 AND state = 'running'
            """, job.id, job.attempt, node, state, failure) == 1
    }
}
