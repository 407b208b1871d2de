import Synchronization

/// Segments from memory, or made on demand: each once, however many ask for it at the same time; as many at a time as
/// there are workers; and no more waiting than can be served soon.
package final class SegmentSource<Value: Sendable>: Sendable {
    /// Makes a segment; suspends while a thread of a pool does it.
    package typealias Make = @Sendable () async throws -> Value

    /// Too many segments wait to be made: ask again in a moment.
    package struct Busy: Error {}

    private struct State {
        var cache: SieveCache<SegmentKey, Value>
        var queue: SegmentQueue<SegmentKey, CheckedContinuation<Value, any Error>>
        var makes: [SegmentKey: Make] = [:]
    }

    private let state: Mutex<State>
    private let cost: @Sendable (Value) -> Int
    private let report: @Sendable (SegmentEvent) -> Void

    /// - Parameters:
    ///   - capacityBytes: of the memory for segments.
    ///   - workers: how many are made at once.
    ///   - maximumWaiting: how many wait to be made before further requests are refused.
    ///   - cost: bytes of a segment.
    ///   - report: is told what happens, from any thread.
    package init(
        capacityBytes: Int, workers: Int, maximumWaiting: Int, cost: @escaping @Sendable (Value) -> Int,
        report: @escaping @Sendable (SegmentEvent) -> Void
    ) {
        state = Mutex(
            State(
                cache: SieveCache(capacity: capacityBytes),
                queue: SegmentQueue(workers: workers, maximumWaiting: maximumWaiting)))
        self.cost = cost
        self.report = report
    }

    /// A segment, made if it is not in memory. Whoever is cancelled leaves; the others of the same segment stay.
    /// - Parameter isAdmitted: it waits however many there are, because the answer that needs it has begun.
    /// - Throws: ``Busy``, `CancellationError`, or what `make` threw.
    package func segment(_ key: SegmentKey, isAdmitted: Bool, make: @escaping Make) async throws -> Value {
        if let value = state.withLock({ $0.cache.value(key) }) {
            report(.hit)
            return value
        }
        report(.miss)
        let number = Mutex<Int?>(nil)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(key, continuation, isAdmitted: isAdmitted, make) { joined in number.withLock { $0 = joined } }
                // Cancelled before there was a number to leave by.
                if Task.isCancelled { leave(key, number.withLock { $0 }) }
            }
        } onCancel: {
            leave(key, number.withLock { $0 })
        }
    }

    /// A segment, if it is in memory: waits for nothing.
    package func cached(_ key: SegmentKey) -> Value? {
        guard let value = state.withLock({ $0.cache.value(key) }) else { return nil }
        report(.hit)
        return value
    }

    /// Has a segment made that will be wanted soon, behind all that are wanted now.
    package func readAhead(_ key: SegmentKey, make: @escaping Make) {
        state.withLock { state in
            guard !state.cache.contains(key), state.makes[key] == nil else { return }
            let before = state.queue.waitingCount
            state.queue.readAhead(key)
            if state.queue.waitingCount > before { state.makes[key] = make }
        }
        begin()
    }

    /// Forgets what is in memory.
    package func removeAll() { state.withLock { $0.cache.removeAll() } }

    /// Bytes in memory, and segments that wait to be made.
    package var load: (bytes: Int, waiting: Int) { state.withLock { ($0.cache.cost, $0.queue.waitingCount) } }

    private func enter(
        _ key: SegmentKey, _ continuation: CheckedContinuation<Value, any Error>, isAdmitted: Bool,
        _ make: @escaping Make, joined: (Int) -> Void
    ) {
        let answer: Result<Value, any Error>? = state.withLock { state in
            // It may have been made since it was looked for.
            if let value = state.cache.value(key) { return .success(value) }
            switch state.queue.join(key, continuation, isAdmitted: isAdmitted) {
            case .refused: return .failure(Busy())
            case .waiting(let number):
                joined(number)
                if state.makes[key] == nil { state.makes[key] = make }
                return nil
            }
        }
        if let answer { continuation.resume(with: answer) }
        begin()
    }

    private func leave(_ key: SegmentKey, _ number: Int?) {
        guard let number else { return }
        let continuation = state.withLock { state in
            let continuation = state.queue.leave(key, number)
            if !state.queue.isKnown(key) { state.makes[key] = nil }
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }

    /// Begins what may begin.
    private func begin() {
        while let (key, make) = state.withLock({ state in
            state.queue.begin().flatMap { key in state.makes[key].map { (key, $0) } }
        }) {
            // Outlives whoever asked: others may have joined, and what was begun is kept.
            Task { await run(key, make) }
        }
    }

    private func run(_ key: SegmentKey, _ make: Make) async {
        let clock = ContinuousClock()
        let start = clock.now
        let result: Result<Value, any Error>
        do { result = .success(try await make()) } catch { result = .failure(error) }
        report(.encoded(start.duration(to: clock.now)))
        let (waiters, evicted) = state.withLock { state in
            var evicted = 0
            if case .success(let value) = result { evicted = state.cache.insert(value, for: key, cost: cost(value)) }
            state.makes[key] = nil
            return (state.queue.finish(key), evicted)
        }
        if evicted > 0 { report(.evicted(evicted)) }
        for waiter in waiters { waiter.resume(with: result) }
        begin()
    }
}
