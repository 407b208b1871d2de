import Synchronization

extension Task where Failure == any Error {
    /// The task's value, or nil when that takes longer. The task goes on.
    func outcome(within patience: Duration) async throws -> Success? {
        let waiting = Waiting<Success>()
        return try await withCheckedThrowingContinuation { continuation in
            waiting.begin(continuation)
            // Both outlive the caller by no more than the patience, or the task.
            let timer = Task<Void, Never> {
                try? await Task<Never, Never>.sleep(for: patience)
                waiting.end(.success(nil))
            }
            Task<Void, Never> {
                waiting.end(await result.map(Optional.some))
                timer.cancel()
            }
        }
    }
}

/// Somebody who waits, answered once.
private final class Waiting<Value: Sendable>: Sendable {
    private let continuation = Mutex<CheckedContinuation<Value?, any Error>?>(nil)

    func begin(_ new: CheckedContinuation<Value?, any Error>) { continuation.withLock { $0 = new } }

    func end(_ result: Result<Value?, any Error>) {
        continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume(with: result)
    }
}
