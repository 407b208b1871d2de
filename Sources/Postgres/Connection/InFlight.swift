import CLibPQ

/// A request that was sent, and what has been heard of it. Stays on the connection's thread.
final class InFlight {
    let request: Request
    var expectation: Session.Expectation
    let sentAt: ContinuousClock.Instant
    /// When to ask the server (again) to end it, once its task is cancelled.
    var nextCancellation: ContinuousClock.Instant
    /// The first error, or the last result.
    var outcome: Request.Outcome?
    /// Whether it failed only since the server's plan for it had become invalid.
    var hadStalePlan = false

    init(request: Request, expectation: Session.Expectation, sentAt: ContinuousClock.Instant) {
        self.request = request
        self.expectation = expectation
        self.sentAt = sentAt
        nextCancellation = sentAt
    }

    /// Notes a result or an error, of which the first error counts.
    func note(_ new: Request.Outcome) {
        if case .failure = outcome { return }
        outcome = new
    }
}

extension ConnectionLoop {
    /// Hands every complete answer to its request; false when the connection is of no more use.
    func settle() -> Bool {
        while let head = inFlight.first, let session {
            switch session.next() {
            case .pending: return true
            case .end:
                guard case .script = head.request.kind else { continue }
                finishHead()
                guard session.endScript() else { return false }
            case .result(let result):
                guard take(result, for: head, of: session) else { return false }
            }
        }
        return true
    }

    /// Adds one result to the head; false when the connection is of no more use.
    private func take(_ result: OpaquePointer, for head: InFlight, of session: Session) -> Bool {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            // Outside of a transaction the failure has changed nothing.
            if head.hadStalePlan, !head.request.isRetry, session.isIdle { retryHead() } else { finishHead() }
            return true
        case PGRES_FATAL_ERROR:
            defer { PQclear(result) }
            let error = PostgresError(result: result, wasCancelled: head.request.cancellation.isCancelled)
            // Class 57P: the server ends the session. No state: libpq speaks for itself.
            guard let state = error.sqlState, !state.hasPrefix("57P"), !session.isBroken else { return false }
            fail(head, error, in: session)
            return true
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return true
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            succeed(head, ResultSet(result), in: session)
            return true
        default:
            PQclear(result)
            let refusal = PostgresError(.other, "The statement needs a protocol that is not supported (COPY).")
            head.outcome = .failure(refusal)
            finishHead()
            return false
        }
    }

    private func succeed(_ head: InFlight, _ result: ResultSet, in session: Session) {
        guard head.expectation.answersBefore > 0 else {
            head.note(.success(result))
            return
        }
        head.expectation.answersBefore -= 1
        if head.expectation.answersBefore == 0, head.expectation.isPreparing,
            case .statement(let statement) = head.request.kind
        {
            session.cache.prepared(statement.sql)
        }
    }

    private func fail(_ head: InFlight, _ error: PostgresError, in session: Session) {
        head.note(.failure(error))
        guard case .statement(let statement) = head.request.kind else { return }
        let neverPrepared = head.expectation.isPreparing && head.expectation.answersBefore > 0
        // The result type changed under a prepared statement, or somebody deallocated it.
        let isStale = head.expectation.runsPrepared && (error.sqlState == "0A000" || error.sqlState == "26000")
        if neverPrepared || isStale { session.cache.remove(statement.sql) }
        if isStale { head.hadStalePlan = true }
    }

    private func retryHead() {
        guard let request = inFlight.popFirst()?.request else { return }
        backlog.append(request.retried())
    }

    private func finishHead() {
        guard let head = inFlight.popFirst() else { return }
        head.request.resume(
            head.outcome ?? .failure(PostgresError(.other, "The server gave no result for a statement.")))
    }
}
