import Metrics
import Synchronization

/// The series of each route and status, made once: looking them up in the registry is dearer than counting.
final class ResponseMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let status: Int
    }

    private struct Known {
        var timers: [String: Metrics.Timer] = [:]
        var counters: [Key: Counter] = [:]
    }

    private let known = Mutex(Known())

    func record(route: String, status: Int, elapsed: Duration) {
        let (timer, counter) = known.withLock { known in
            let key = Key(route: route, status: status)
            let timer =
                known.timers[route] ?? Timer(label: "http_request_duration_seconds", dimensions: [("route", route)])
            let counter =
                known.counters[key]
                ?? Counter(label: "http_responses_total", dimensions: [("route", route), ("status", String(status))])
            known.timers[route] = timer
            known.counters[key] = counter
            return (timer, counter)
        }
        timer.recordNanoseconds(Int64(elapsed / .nanoseconds(1)))
        counter.increment()
    }
}
