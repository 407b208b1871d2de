import Synchronization

/// Token buckets: each key may do `burst` things at once, and gets one more each `interval`.
package final class RateLimiter: Sendable {
    /// Each key's bucket as the time at which it is full again: nothing else needs to be kept.
    private let fullAt: Mutex<BoundedMap<String, ContinuousClock.Instant>>
    private let burst: Int
    private let interval: Duration

    /// - Parameter maximumKeys: when there are more, those that were not seen for longest begin anew.
    package init(burst: Int, interval: Duration, maximumKeys: Int = 100_000) {
        self.burst = max(1, burst)
        self.interval = interval
        fullAt = Mutex(BoundedMap(capacity: maximumKeys))
    }

    /// Nil if this may be done now, which takes a token; else how long to wait, which takes none.
    package func take(_ key: String, now: ContinuousClock.Instant = .now) -> Duration? {
        fullAt.withLock { fullAt in
            let refilled = max(fullAt[key] ?? now, now).advanced(by: interval)
            let wait = now.duration(to: refilled) - interval * burst
            guard wait <= .zero else { return wait }
            fullAt[key] = refilled
            return nil
        }
    }
}
