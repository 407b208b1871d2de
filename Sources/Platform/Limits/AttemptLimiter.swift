import Synchronization

/// Slows guessing down: after some failures each further one doubles the time that a key has to wait, up to a bound,
/// and a success or a quiet time forgets them. Nobody is ever locked out for good.
///
/// Record the failure before the password is checked, and the success after it: then many attempts at the same time do
/// not all pass as the first.
package final class AttemptLimiter: Sendable {
    private struct Failures {
        var count: Int
        var last: ContinuousClock.Instant
    }

    private let failures: Mutex<BoundedMap<String, Failures>>
    private let freeAttempts: Int
    private let firstDelay: Duration
    private let longestDelay: Duration
    private let memory: Duration

    /// - Parameters:
    ///   - freeAttempts: failures without any delay.
    ///   - firstDelay: after the next one; doubles from there.
    ///   - longestDelay: never more than this.
    ///   - memory: so long after the last failure all are forgotten.
    ///   - maximumKeys: when there are more, those that did not fail for longest are forgotten.
    package init(
        freeAttempts: Int = 5, firstDelay: Duration = .seconds(1), longestDelay: Duration = .seconds(900),
        memory: Duration = .seconds(3_600), maximumKeys: Int = 100_000
    ) {
        self.freeAttempts = freeAttempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.memory = max(memory, longestDelay)
        failures = Mutex(BoundedMap(capacity: maximumKeys))
    }

    /// How long this key has to wait before it may try again; nil if it may now.
    package func delay(for key: String, now: ContinuousClock.Instant = .now) -> Duration? {
        guard let known = failures.withLock({ $0[key] }) else { return nil }
        let left = delay(after: known.count) - known.last.duration(to: now)
        return left > .zero ? left : nil
    }

    package func recordFailure(for key: String, now: ContinuousClock.Instant = .now) {
        failures.withLock { failures in
            let known = failures[key].flatMap { $0.last.duration(to: now) < memory ? $0 : nil }
            failures[key] = Failures(count: (known?.count ?? 0) + 1, last: now)
        }
    }

    package func recordSuccess(for key: String) {
        failures.withLock { $0[key] = nil }
    }

    private func delay(after count: Int) -> Duration {
        guard count > freeAttempts else { return .zero }
        // 2^20 first delays are beyond every bound that makes sense.
        return min(longestDelay, firstDelay * (1 << min(20, count - freeAttempts - 1)))
    }
}
