import Testing

@testable import Platform

struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test func allowsABurstThenOneEachInterval() {
        let limiter = RateLimiter(burst: 3, interval: .seconds(10))
        for _ in 0..<3 { #expect(limiter.take("a", now: start) == nil) }
        #expect(limiter.take("a", now: start) == .seconds(10))
        #expect(limiter.take("a", now: start + .seconds(4)) == .seconds(6))
        #expect(limiter.take("b", now: start) == nil)
        #expect(limiter.take("a", now: start + .seconds(10)) == nil)
        #expect(limiter.take("a", now: start + .seconds(10)) == .seconds(10))
        // After a long time there is a burst again, and no more.
        for _ in 0..<3 { #expect(limiter.take("a", now: start + .seconds(1_000)) == nil) }
        #expect(limiter.take("a", now: start + .seconds(1_000)) != nil)
    }

    /// Whoever waits as told passes at once; nobody gets more than burst and refills in any window.
    @Test(arguments: 0..<20)
    func neverGivesMore(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let burst = Int.random(in: 1...5, using: &generator)
        let limiter = RateLimiter(burst: burst, interval: .milliseconds(100))
        var now = 0
        var taken: [Int] = []
        for _ in 0..<500 {
            now += Int.random(in: 0...150, using: &generator)
            guard let wait = limiter.take("a", now: start + .milliseconds(now)) else {
                taken.append(now)
                continue
            }
            if Bool.random(using: &generator) {
                now += Int(wait / .milliseconds(1))
                #expect(limiter.take("a", now: start + .milliseconds(now)) == nil, "seed \(seed)")
                taken.append(now)
            }
        }
        for (index, first) in taken.enumerated() {
            for (distance, last) in taken[index...].enumerated() {
                #expect(distance + 1 <= burst + (last - first) / 100, "seed \(seed)")
            }
        }
    }
}
