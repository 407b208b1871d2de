internal import Media
internal import Metrics
internal import Platform

/// Kinds of work, as metrics call them.
enum MediaTask: String, CaseIterable, Sendable {
    case probe, ingest, segment, transcode, waveform, picture, type, behaviour
}

/// The workers in figures.
struct WorkerMetrics: Sendable {
    private let tasks: [MediaTask: Counter]
    private let failures: [MediaTask: Counter]
    private let restarts = Counter(label: "talas_media_worker_restarts_total")
    private let quarantined = Gauge(label: "talas_media_quarantined_sources")

    init() {
        func counters(_ label: String) -> [MediaTask: Counter] {
            Dictionary(
                uniqueKeysWithValues: MediaTask.allCases.map { task in
                    (task, Counter(label: label, dimensions: [("task", task.rawValue)]))
                })
        }
        tasks = counters("talas_media_tasks_total")
        failures = counters("talas_media_task_failures_total")
    }

    func began(_ task: MediaTask) { tasks[task]?.increment() }
    /// The worker was lost with the task.
    func lost(_ task: MediaTask) { failures[task]?.increment() }
    @Sendable func restarted() { restarts.increment() }
    func quarantined(_ count: Int) { quarantined.record(count) }

    static let descriptions = [
        MetricDescription(name: "talas_media_tasks_total", help: "Tasks given to media workers."),
        MetricDescription(
            name: "talas_media_task_failures_total", help: "Tasks whose worker crashed, hung or took too much."),
        MetricDescription(name: "talas_media_worker_restarts_total", help: "Workers that ended unasked."),
        MetricDescription(
            name: "talas_media_quarantined_sources", help: "Sources that are left alone because they end workers."),
    ]
}
