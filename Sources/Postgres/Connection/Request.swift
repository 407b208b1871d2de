import Synchronization

/// What a task asks of a connection's thread, and where it hears the outcome. Resumed exactly once, by whoever takes it
/// out of the last queue it is in: hence the continuation that does not check.
final class Request: Sendable {
    typealias Outcome = Result<ResultSet, PostgresError>

    enum Kind: Sendable {
        /// One statement with parameters, prepared on its first use.
        case statement(Statement)
        /// Several statements without parameters, sent as one simple query; alone on its connection.
        case script(String)
    }

    let kind: Kind
    /// Set when the asking task was cancelled.
    let cancellation: Cancellation
    /// When it fails unless it has been sent.
    let deadline: ContinuousClock.Instant
    /// Whether this is the second attempt, after the plan of the first had become invalid.
    let isRetry: Bool
    private let continuation: UnsafeContinuation<Outcome, Never>

    init(
        _ kind: Kind, cancellation: Cancellation, deadline: ContinuousClock.Instant, isRetry: Bool = false,
        continuation: UnsafeContinuation<Outcome, Never>
    ) {
        self.kind = kind
        self.cancellation = cancellation
        self.deadline = deadline
        self.isRetry = isRetry
        self.continuation = continuation
    }

    /// The same once more, in place of this one, which is not resumed.
    func retried() -> Request {
        Request(kind, cancellation: cancellation, deadline: deadline, isRetry: true, continuation: continuation)
    }

    func resume(_ outcome: Outcome) {
        continuation.resume(returning: outcome)
    }

    func fail(_ code: PostgresError.Code, _ message: String) {
        resume(.failure(PostgresError(code, message)))
    }
}

/// A flag a cancelled task raises for the connection's thread.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() {
        flag.store(true, ordering: .releasing)
    }
}
