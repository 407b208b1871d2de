import Synchronization

/// Lets some do at once what needs much memory or time; others wait in line for their turn, in order of arrival, and the
/// line has an end.
package final class Turns: Sendable {
    /// So many wait already that a turn would be long in coming.
    package struct LineIsFull: Error {}

    private struct Standing {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var taken = 0
        var line: [Standing] = []
        var lastNumber = 0
    }

    private let atOnce: Int
    private let waiting: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - atOnce: how many have their turn at the same time.
    ///   - waiting: how many may wait for theirs.
    package init(atOnce: Int, waiting: Int) {
        self.atOnce = atOnce
        self.waiting = waiting
    }

    /// How many wait.
    var lineLength: Int { state.withLock { $0.line.count } }

    /// Does something when its turn has come.
    /// - Throws: ``LineIsFull`` at once; `CancellationError` from somebody who gave up waiting; what `body` throws.
    package func take<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await stand()
        defer { pass() }
        return try await body()
    }

    private func stand() async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.taken < atOnce {
                        state.taken += 1
                        return .success(())
                    }
                    guard state.line.count < waiting else { return .failure(LineIsFull()) }
                    state.line.append(Standing(number: number, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let gone = state.withLock { state in
                state.line.firstIndex { $0.number == number }.map { state.line.remove(at: $0) }
            }
            gone?.continuation.resume(throwing: CancellationError())
        }
    }

    /// The place goes to the next in line, and is free when there is none.
    private func pass() {
        let next = state.withLock { state -> Standing? in
            if !state.line.isEmpty { return state.line.removeFirst() }
            state.taken -= 1
            return nil
        }
        next?.continuation.resume()
    }
}
