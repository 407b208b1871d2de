/// What `/metrics` says about a metric, and the buckets of a histogram.
package struct MetricDescription: Sendable {
    /// As exposed, with its unit: `http_request_duration_seconds`.
    package let name: String
    /// One sentence.
    package let help: String
    /// Upper bounds, ascending, of a histogram's buckets, without the infinite one. Nil takes
    /// ``secondsBuckets`` for timers and ``sizeBuckets`` for recorders.
    package let buckets: [Double]?

    package init(name: String, help: String, buckets: [Double]? = nil) {
        self.name = name
        self.help = help
        self.buckets = buckets
    }

    /// From what memory answers to what somebody waits for.
    package static let secondsBuckets = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// Powers of ten, and what is between them.
    package static let sizeBuckets = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1e9]

    /// The metrics of the platform itself.
    static let platform = [
        MetricDescription(
            name: "http_request_duration_seconds", help: "Time from a request's head to the end of its answer."),
        MetricDescription(name: "http_responses_total", help: "Answers by route and status."),
        MetricDescription(
            name: "http_hot_answers_total", help: "Answers that came out of memory on the event loop."),
    ]
}
