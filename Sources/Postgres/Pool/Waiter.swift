import Synchronization

/// A task in the queue for a connection. Resolved once; whoever comes second is told so.
final class Waiter: Sendable {
    typealias Outcome = Result<Connection, PostgresError>

    private enum State {
        case new
        case waiting(CheckedContinuation<Outcome, Never>)
        case resolved(Outcome)
    }

    private let state = Mutex(State.new)

    /// Resumes the task when it is resolved, which it may be already.
    func wait(_ continuation: CheckedContinuation<Outcome, Never>) {
        let outcome: Outcome? = state.withLock { state in
            if case .resolved(let outcome) = state { return outcome }
            state = .waiting(continuation)
            return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
    }

    /// Gives the task its connection or its error; false when it has one already.
    func resolve(_ outcome: Outcome) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Outcome, Never>?) in
            switch state {
            case .resolved: return (false, nil)
            case .new:
                state = .resolved(outcome)
                return (true, nil)
            case .waiting(let continuation):
                state = .resolved(outcome)
                return (true, continuation)
            }
        }
        continuation?.resume(returning: outcome)
        return isFirst
    }
}
