import CoreMetrics
import Synchronization
import Testing

@testable import Platform

/// How many still work.
private final class Workers: Sendable {
    private let working: Mutex<Int>

    init(_ count: Int) { working = Mutex(count) }

    var areDone: Bool { working.withLock { $0 == 0 } }

    func finishOne() { working.withLock { $0 -= 1 } }
}

struct PrometheusMetricsTests {
    /// The exposition without the process's own figures.
    private func lines(_ metrics: PrometheusMetrics) -> [Substring] {
        metrics.exposition().split(separator: "\n").filter { !$0.contains("process_") }
    }

    @Test func writesEveryKind() {
        let metrics = PrometheusMetrics(descriptions: [
            MetricDescription(name: "jobs_total", help: "Jobs\\done,\nall of them."),
            MetricDescription(name: "wait_seconds", help: "Time.", buckets: [0.1, 1]),
            MetricDescription(name: "upload_bytes", help: "Sizes.", buckets: [1_000]),
        ])
        let counter = metrics.makeCounter(label: "jobs", dimensions: [("kind", "a"), ("kind", "b"), ("by", "x")])
        counter.increment(by: 2)
        counter.increment(by: -5)
        metrics.makeFloatingPointCounter(label: "energy.used", dimensions: []).increment(by: 0.5)
        let meter = metrics.makeMeter(label: "websocket_connections", dimensions: [])
        meter.set(Int64(5))
        meter.increment(by: 2.5)
        meter.decrement(by: 1)
        metrics.makeRecorder(label: "load", dimensions: [], aggregate: false).record(-0.25)
        let timer = metrics.makeTimer(label: "wait", dimensions: [])
        for nanoseconds in [50_000_000, 100_000_000, 100_000_001, 2_000_000_000] as [Int64] {
            timer.recordNanoseconds(nanoseconds)
        }
        metrics.makeRecorder(label: "upload_bytes", dimensions: [], aggregate: true).record(Int64(1_000))
        #expect(
            lines(metrics) == [
                "# TYPE energy_used_total counter", "energy_used_total 0.5",
                "# HELP jobs_total Jobs\\\\done,\\nall of them.", "# TYPE jobs_total counter",
                "jobs_total{by=\"x\",kind=\"b\"} 2", "# TYPE load gauge", "load -0.25",
                "# HELP upload_bytes Sizes.", "# TYPE upload_bytes histogram", "upload_bytes_bucket{le=\"1000\"} 1",
                "upload_bytes_bucket{le=\"+Inf\"} 1", "upload_bytes_sum 1000", "upload_bytes_count 1",
                "# HELP wait_seconds Time.", "# TYPE wait_seconds histogram", "wait_seconds_bucket{le=\"0.1\"} 2",
                "wait_seconds_bucket{le=\"1\"} 3", "wait_seconds_bucket{le=\"+Inf\"} 4",
                "wait_seconds_sum 2.250000001", "wait_seconds_count 4", "# TYPE websocket_connections gauge",
                "websocket_connections 6.5",
            ])
    }

    @Test func namesOfTheContractStay() {
        let metrics = PrometheusMetrics()
        metrics.makeTimer(label: "http_request_duration_seconds", dimensions: [("route", "/tracks/{id}")])
            .recordNanoseconds(1)
        metrics.makeCounter(label: "http_responses_total", dimensions: [("route", "/"), ("status", "200")])
            .increment(by: 1)
        let text = metrics.exposition()
        #expect(text.contains("http_request_duration_seconds_count{route=\"/tracks/{id}\"} 1\n"))
        #expect(text.contains("http_responses_total{route=\"/\",status=\"200\"} 1\n"))
        #expect(text.contains("# HELP http_responses_total "))
    }

    @Test func labelsAreEscapedAndValid() {
        let metrics = PrometheusMetrics()
        let odd = [("a\"b", "\\ \" \n \r\n é"), ("le", "1"), ("0", ""), ("", String(repeating: "x", count: 1_000))]
        metrics.makeMeter(label: "9 lives:all", dimensions: odd).set(Double.infinity)
        let cut = String(repeating: "x", count: 200)
        let labels = #"{_="\#(cut)",_0="",a_b="\\ \" \n \n é",label_le="1"}"#
        #expect(lines(metrics).last.map(String.init) == "_9_lives:all\(labels) +Inf")
    }

    @Test func theSameLabelsAreTheSameSeries() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "c", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1)
        let other = metrics.makeCounter(label: "c_total", dimensions: [("b", "2"), ("a", "1")])
        other.increment(by: 2)
        #expect(lines(metrics).last == "c_total{a=\"1\",b=\"2\"} 3")
        other.reset()
        #expect(lines(metrics).last == "c_total{a=\"1\",b=\"2\"} 0")
        metrics.destroyCounter(other)
        #expect(lines(metrics).isEmpty)
    }

    @Test func tooManySeriesAreCountedTogether() {
        let metrics = PrometheusMetrics(maximumSeries: 10)
        for value in 0..<1_000 {
            metrics.makeCounter(label: "c", dimensions: [("v", "\(value)")]).increment(by: 1)
        }
        let lines = lines(metrics)
        #expect(lines.count == 12 && lines.contains("c_total{v=\"9\"} 1") && lines.contains("c_total{v=\"other\"} 990"))
        for name in 0..<5_000 { metrics.makeMeter(label: "m\(name)", dimensions: []).set(Int64(1)) }
        #expect(self.lines(metrics).count < 3_000)
    }

    @Test func aNameHasOneKind() {
        let metrics = PrometheusMetrics()
        metrics.makeMeter(label: "x_total", dimensions: []).set(Int64(1))
        metrics.makeCounter(label: "x", dimensions: []).increment(by: 7)
        #expect(lines(metrics) == ["# TYPE x_total gauge", "x_total 1"])
    }

    /// While others record, every exposition is consistent, and in the end nothing is missing.
    @Test func histogramsAreConsistentUnderLoad() async {
        let metrics = PrometheusMetrics()
        let workers = Workers(4)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let timer = metrics.makeTimer(label: "t", dimensions: [])
                    let counter = metrics.makeCounter(label: "c", dimensions: [])
                    for _ in 0..<20_000 {
                        timer.recordNanoseconds(1_000_000_000)
                        counter.increment(by: 1)
                    }
                    workers.finishOne()
                }
            }
            group.addTask {
                while !workers.areDone {
                    let values = Dictionary(
                        lines(metrics).map { $0.split(separator: " ") }.map { ($0[0], $0[1]) }
                    ) { _, last in last }
                    let counts = ["t_seconds_sum", "t_seconds_count", "t_seconds_bucket{le=\"+Inf\"}"].map {
                        values[$0]
                    }
                    #expect(Set(counts).count == 1, "\(counts)")
                }
            }
        }
        let last = lines(metrics)
        #expect(last.contains("t_seconds_count 80000") && last.contains("c_total 80000"))
    }
}
