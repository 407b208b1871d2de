import Metrics

/// The series of one route's answers 200 and 206: those that ``AccessLog`` counts in, looked up once.
package final class HotRoute: Sendable {
    private let timer: Timer
    private let whole: Counter
    private let partial: Counter
    private let hot: Counter

    /// - Parameter pattern: as the router has it, such as `/uploads/tracks/{file}`.
    package init(_ pattern: String) {
        timer = Timer(label: "http_request_duration_seconds", dimensions: [("route", pattern)])
        let statuses = ["200", "206"].map { status in
            Counter(label: "http_responses_total", dimensions: [("route", pattern), ("status", status)])
        }
        (whole, partial) = (statuses[0], statuses[1])
        hot = Counter(label: "http_hot_answers_total", dimensions: [("route", pattern)])
    }

    func record(_ answer: HotAnswer, nanoseconds: Int64) {
        timer.recordNanoseconds(nanoseconds)
        (answer.slice == nil ? whole : partial).increment()
        hot.increment()
    }
}
