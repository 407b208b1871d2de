import CoreMetrics
import Synchronization

/// One line, or one histogram, of the exposition: a metric with these values of its labels.
protocol MetricSeries: AnyObject, Sendable {
    /// Present samples: what goes behind the metric's name, a label of its own, the value.
    func samples() -> [MetricSample]
}

/// One line of the exposition.
struct MetricSample {
    var suffix = ""
    /// Upper bound of a histogram's bucket.
    var bucket: Double?
    let value: Double
}

/// A number that only grows.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let total = AtomicDouble()

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { if amount > 0, amount.isFinite { total.add(amount) } }
    func reset() { total.set(0) }
    func samples() -> [MetricSample] { [MetricSample(value: total.value)] }
}

/// A number that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let present = AtomicDouble()

    func set(_ value: Int64) { present.set(Double(value)) }
    func set(_ value: Double) { present.set(value) }
    func increment(by amount: Double) { present.add(amount) }
    func decrement(by amount: Double) { present.add(-amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
    func samples() -> [MetricSample] { [MetricSample(value: present.value)] }
}

/// How often values up to some bounds were seen; timers record seconds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct State {
        /// One for each bound, and one for what is above all.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    // A lock, not atomics: count, sum and buckets of one exposition have to agree.
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ nanoseconds: Int64) { record(Double(nanoseconds) / 1e9) }

    func samples() -> [MetricSample] {
        let state = state.withLock { $0 }
        var seen = 0
        var samples: [MetricSample] = []
        for (bound, count) in zip(bounds + [.infinity], state.counts) {
            seen += count
            samples.append(MetricSample(suffix: "_bucket", bucket: bound, value: Double(seen)))
        }
        samples.append(MetricSample(suffix: "_sum", value: state.sum))
        samples.append(MetricSample(suffix: "_count", value: Double(seen)))
        return samples
    }
}
