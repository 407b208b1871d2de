import Platform
import Testing

@testable import API

struct PlayProgressTests {
    @Test(arguments: [
        (PlayReport(), 100_000, true), (PlayReport(positionMs: 29_999), 100_000, false),
        (PlayReport(positionMs: 30_000), 100_000, true), (PlayReport(positionMs: 5_000), 10_000, true),
        (PlayReport(positionMs: 9_999, listenedMs: 4_999), 10_000, false), (PlayReport(listenedMs: 30_000), nil, true),
    ])
    func countsAfterThirtySecondsOrHalf(report: PlayReport, length: Int?, isLongEnough: Bool) throws {
        #expect(try PlayProgress(report, trackMilliseconds: length).isLongEnough == isLongEnough)
    }

    @Test(arguments: [
        PlayReport(positionMs: -1), PlayReport(positionMs: 10_001), PlayReport(listenedMs: -1),
        PlayReport(listenedMs: .max),
    ])
    func refusesWhatLiesOutside(report: PlayReport) {
        #expect(throws: Problem.self) { try PlayProgress(report, trackMilliseconds: 10_000) }
    }
}
