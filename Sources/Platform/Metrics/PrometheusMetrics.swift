package import CoreMetrics
import Synchronization

/// The metrics of this process, exposed to Prometheus in its text format 0.0.4.
///
/// Names are made valid; counters end with `_total`, timers with `_seconds`. Both the number of metrics and of the
/// series of each are bounded: values of labels that are too many count as `other`. Getting an instrument takes a lock
/// and a look into the table, so what is used at every request keeps its own; using it takes no lock that is shared
/// with other series.
package final class PrometheusMetrics: MetricsFactory {
    private enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family {
        let kind: Kind
        var series: [MetricLabels: any MetricSeries] = [:]
    }

    private static let maximumFamilies = 1_000

    /// `Content-Type` of ``exposition()``.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let descriptions: [String: MetricDescription]
    private let maximumSeries: Int
    private let families = Mutex<[String: Family]>([:])

    /// - Parameters:
    ///   - descriptions: of the features' metrics, besides those of the platform.
    ///   - maximumSeries: of each metric.
    package init(descriptions: [MetricDescription] = [], maximumSeries: Int = 2_000) {
        let all = MetricDescription.platform + ProcessMetrics.descriptions + descriptions
        self.descriptions = Dictionary(all.map { ($0.name, $0) }) { _, last in last }
        self.maximumSeries = maximumSeries
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(PrometheusText.validName(label), .gauge, dimensions) { _ in GaugeSeries() }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = PrometheusText.validName(label)
        guard aggregate else { return series(name, .gauge, dimensions) { _ in GaugeSeries() } }
        return series(name, .histogram, dimensions) { description in
            HistogramSeries(bounds: description?.buckets ?? MetricDescription.sizeBuckets)
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(Self.name(label, suffix: "_seconds"), .histogram, dimensions) { description in
            HistogramSeries(bounds: description?.buckets ?? MetricDescription.secondsBuckets)
        }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    // MARK: Series

    private static func name(_ label: String, suffix: String) -> String {
        let name = PrometheusText.validName(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        series(Self.name(label, suffix: "_total"), .counter, dimensions) { _ in CounterSeries() }
    }

    /// The series of this name and these labels, made when there is none. One that cannot be exposed, because the name
    /// is of another kind or there are too many, works and is not seen.
    private func series<Series: MetricSeries>(
        _ name: String, _ kind: Kind, _ dimensions: [(String, String)], make: (MetricDescription?) -> Series
    ) -> Series {
        let labels = MetricLabels(dimensions)
        let description = descriptions[name]
        return families.withLock { families in
            guard families[name] != nil || families.count < Self.maximumFamilies else { return make(description) }
            var family = families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return make(description) }
            let isRoom = family.series[labels] != nil || family.series.count < maximumSeries
            let labels = isRoom ? labels : labels.others
            if let existing = family.series[labels] { return existing as? Series ?? make(description) }
            let series = make(description)
            family.series[labels] = series
            families[name] = family
            return series
        }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                guard let entry = family.series.first(where: { $0.value === handler }) else { continue }
                families[name]?.series[entry.key] = nil
                return
            }
        }
    }

    // MARK: Exposition

    /// Everything there is, and the figures of the process, which are read from `/proc`.
    package func exposition() -> String {
        let families = families.withLock { $0 }.sorted { $0.key < $1.key }
        var text = ""
        for (name, family) in families where !family.series.isEmpty {
            text += head(name, family.kind)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                for sample in series.samples() {
                    let value = PrometheusText.number(sample.value)
                    text += "\(name)\(sample.suffix)\(labels.text(bucket: sample.bucket)) \(value)\n"
                }
            }
        }
        for metric in ProcessMetrics.read() {
            text += head(metric.name, metric.name.hasSuffix("_total") ? .counter : .gauge)
            text += "\(metric.name) \(PrometheusText.number(metric.value))\n"
        }
        return text
    }

    private func head(_ name: String, _ kind: Kind) -> String {
        let help = descriptions[name].map { "# HELP \(name) \(PrometheusText.help($0.help))\n" } ?? ""
        return "\(help)# TYPE \(name) \(kind.rawValue)\n"
    }
}
