import Testing

@testable import Platform

struct AttemptLimiterTests {
    private let start = ContinuousClock.now
    private let limiter = AttemptLimiter(
        freeAttempts: 3, firstDelay: .seconds(1), longestDelay: .seconds(60), memory: .seconds(600), maximumKeys: 100)

    @Test func delaysDoubleUpToTheLongest() {
        var now = start
        var delays: [Duration] = []
        for _ in 0..<12 {
            limiter.recordFailure(for: "a", now: now)
            let delay = limiter.delay(for: "a", now: now) ?? .zero
            delays.append(delay)
            #expect(limiter.delay(for: "a", now: now + delay) == nil)
            now += delay
        }
        #expect(delays == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        #expect(limiter.delay(for: "b", now: now) == nil)
    }

    @Test func theDelayRunsFromTheLastFailure() {
        for _ in 0..<5 { limiter.recordFailure(for: "a", now: start) }
        #expect(limiter.delay(for: "a", now: start) == .seconds(2))
        #expect(limiter.delay(for: "a", now: start + .milliseconds(1_500)) == .milliseconds(500))
    }

    @Test func successAndQuietForget() {
        for _ in 0..<9 { limiter.recordFailure(for: "a", now: start) }
        limiter.recordSuccess(for: "a")
        #expect(limiter.delay(for: "a", now: start) == nil)
        for _ in 0..<3 { limiter.recordFailure(for: "a", now: start) }
        #expect(limiter.delay(for: "a", now: start) == nil)
        // A fourth long after is a first one.
        limiter.recordFailure(for: "a", now: start + .seconds(600))
        #expect(limiter.delay(for: "a", now: start + .seconds(600)) == nil)
    }

    @Test func manyKeysDoNotGrowIt() {
        for _ in 0..<9 { limiter.recordFailure(for: "first", now: start) }
        for key in 0..<10_000 { limiter.recordFailure(for: "\(key)", now: start) }
        #expect(limiter.delay(for: "first", now: start) == nil)
    }
}
