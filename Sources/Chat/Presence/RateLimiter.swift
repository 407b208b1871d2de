import Synchronization

/// At most so many of something in so long, for each account on this node.
final class RateLimiter: Sendable {
    /// Accounts that are kept in mind; beyond it those are forgotten that did nothing lately.
    private static let maximumAccounts = 50_000

    private let limit: Int
    private let window: Duration
    private let times = Mutex<[Int: [ContinuousClock.Instant]]>([:])

    init(_ limit: Int, per window: Duration) {
        self.limit = limit
        self.window = window
    }

    /// Counts one more; gives the seconds to wait, rounded up, where that is too many, and then does not count it.
    func secondsToWait(_ user: Int, now: ContinuousClock.Instant = .now) -> Int? {
        times.withLock { times in
            if times.count > Self.maximumAccounts {
                times = times.filter { $0.value.last.map { now - $0 < window } ?? false }
            }
            var recent = times[user, default: []]
            recent.removeAll { now - $0 >= window }
            defer { times[user] = recent }
            guard recent.count < limit else {
                let left = window - (now - recent[0])
                return max(1, Int(left.components.seconds) + 1)
            }
            recent.append(now)
            return nil
        }
    }
}
