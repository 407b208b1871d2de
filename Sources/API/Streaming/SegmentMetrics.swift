import Media
import Metrics
package import Platform

/// The segment cache in figures.
struct SegmentMetrics: Sendable {
    private let hits = Counter(label: "talas_segment_cache_hits_total")
    private let misses = Counter(label: "talas_segment_cache_misses_total")
    private let evictions = Counter(label: "talas_segment_cache_evictions_total")
    private let encodes = Timer(label: "talas_segment_encode_seconds")

    @Sendable func record(_ event: SegmentEvent) {
        switch event {
        case .hit: hits.increment()
        case .miss: misses.increment()
        case .evicted(let count): evictions.increment(by: count)
        case .encoded(let duration):
            let (seconds, attoseconds) = duration.components
            encodes.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        }
    }
}

extension Tracks {
    /// What its metrics say.
    package static let metrics: [MetricDescription] = [
        MetricDescription(
            name: "talas_segment_cache_hits_total", help: "Segments of renditions that were in memory when asked for."),
        MetricDescription(
            name: "talas_segment_cache_misses_total", help: "Segments that were not, and were made or waited for."),
        MetricDescription(
            name: "talas_segment_cache_evictions_total", help: "Segments that made room in memory for others."),
        MetricDescription(
            name: "talas_segment_encode_seconds", help: "Time that making a segment took.",
            buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
    ]
}
