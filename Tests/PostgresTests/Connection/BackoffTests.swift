import Testing

@testable import Postgres

@Suite struct BackoffTests {
    @Test func doublesUpToItsBoundAndStartsAgain() {
        var backoff = Backoff()
        let waits = (0..<8).map { _ in backoff.failed() }
        #expect(waits.prefix(3) == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
        #expect(waits.last == .milliseconds(500))
        backoff.succeeded()
        #expect(backoff.failed() == .milliseconds(50))
    }
}
