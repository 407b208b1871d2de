import HTTPTypes
import Platform
import Postgres

/// Retrying and cancelling jobs of the ingest queue, written to the audit log.
struct IngestJobAdministration: Sendable {
    let database: Database
    let events: EventBus

    private static let cancelled =
        "Its processing was cancelled by an administrator. Upload the file again, or ask why."

    /// Queues the track of a failed or cancelled job again and gives the new job. Throws a ``Problem``: 404 for no such
    /// job, 409 `invalid_transition`.
    func retry(_ id: Int, by caller: Caller, from address: String) async throws -> IngestJob {
        do {
            let job = try await database.transaction { transaction in
                let store = IngestJobStore(transaction)
                let before = try await existing(id, store)
                guard let newID = try await store.retry(id), let job = try await store.job(newID) else {
                    throw Self.refusal(before, "retried")
                }
                try await record("job.retried", job, id, by: caller, from: address, in: transaction)
                return job
            }
            await events.publish(Event(.ingestQueued, id: job.id))
            await announce(job, "processing")
            return job
        } catch let error as PostgresError where error.constraint == "ingest_jobs_track_id_open" {
            throw Problem(.conflict, code: "invalid_transition", "This track is in the queue already.")
        }
    }

    /// Ends a queued or running job; its track fails. Throws a ``Problem`` as ``retry(_:by:from:)``.
    func cancel(_ id: Int, by caller: Caller, from address: String) async throws -> IngestJob {
        let job = try await database.transaction { transaction in
            let store = IngestJobStore(transaction)
            let before = try await existing(id, store)
            guard try await store.cancel(id, Self.cancelled), let job = try await store.job(id) else {
                throw Self.refusal(before, "cancelled")
            }
            try await record("job.cancelled", job, id, by: caller, from: address, in: transaction)
            return job
        }
        await announce(job, "failed")
        return job
    }

    private func existing(_ id: Int, _ store: IngestJobStore) async throws -> IngestJob {
        guard let job = try await store.job(id) else { throw Problem.notFound("job") }
        return job
    }

    private func record(
        _ action: String, _ job: IngestJob, _ id: Int, by caller: Caller, from address: String,
        in transaction: Transaction
    ) async throws {
        try await AuditLog.record(
            AuditEntry(action, by: caller, from: address, on: .job, id, details: ["track_id": .integer(job.trackID)]),
            in: transaction)
    }

    /// Tells the uploader.
    private func announce(_ job: IngestJob, _ detail: String) async {
        await events.publish(Event(.trackProgress, userID: job.userID, id: job.trackID, detail: detail))
    }

    private static func refusal(_ job: IngestJob, _ deed: String) -> Problem {
        Problem(
            .conflict, code: "invalid_transition", "A job that is \(job.state.rawValue) cannot be \(deed) now.")
    }
}
