import Media
import Metrics
package import Platform

/// The segment cache in figures.
struct SegmentMetrics: Sendable {
    private let hits = Counter(label: "talas_segment_cache_hits_total")
    private let diskHits = Counter(label: "talas_segment_cache_disk_hits_total")
    private let misses = Counter(label: "talas_segment_cache_misses_total")
    private let evictions = Counter(label: "talas_segment_cache_evictions_total")
    private let diskEvictions = Counter(label: "talas_segment_cache_disk_evictions_total")
    private let damaged = Counter(label: "talas_segment_cache_damaged_total")
    private let notWritten = Counter(label: "talas_segment_cache_unwritten_total")
    private let refused = Counter(label: "talas_segment_refused_total")
    private let abandoned = Counter(label: "talas_segment_abandoned_total")
    private let encodes = Timer(label: "talas_segment_encode_seconds")
    private let firstBytes = Timer(label: "talas_segment_first_byte_seconds")

    @Sendable func record(_ event: SegmentEvent) {
        switch event {
        case .hit: hits.increment()
        case .diskHit:
            hits.increment()
            diskHits.increment()
        case .miss: misses.increment()
        case .evicted(let count): evictions.increment(by: count)
        case .evictedFiles(let count): diskEvictions.increment(by: count)
        case .damaged: damaged.increment()
        case .notWritten: notWritten.increment()
        case .refused: refused.increment()
        case .abandoned: abandoned.increment()
        case .encoded(let duration): encodes.recordNanoseconds(duration.nanoseconds)
        case .firstBytes(let duration): firstBytes.recordNanoseconds(duration.nanoseconds)
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

extension Tracks {
    /// What its metrics say.
    package static let metrics: [MetricDescription] = [
        MetricDescription(
            name: "talas_segment_cache_hits_total",
            help: "Segments of renditions that were in memory or on disk when asked for."),
        MetricDescription(
            name: "talas_segment_cache_disk_hits_total", help: "Those of the hits that were read from disk."),
        MetricDescription(
            name: "talas_segment_cache_misses_total", help: "Segments that were not, and were to be made."),
        MetricDescription(
            name: "talas_segment_cache_evictions_total", help: "Segments that made room in memory for others."),
        MetricDescription(
            name: "talas_segment_cache_disk_evictions_total", help: "Segments that made room on disk for others."),
        MetricDescription(
            name: "talas_segment_cache_damaged_total", help: "Files of segments that were torn or changed, and removed."
        ),
        MetricDescription(
            name: "talas_segment_cache_unwritten_total",
            help: "Segments that were served but not kept on disk, which was full or slow."),
        MetricDescription(
            name: "talas_segment_refused_total", help: "Requests that were refused since too many waited for encodes."),
        MetricDescription(
            name: "talas_segment_abandoned_total", help: "Encodes broken off for others after their listeners had gone."
        ),
        MetricDescription(
            name: "talas_segment_encode_seconds", help: "Time that making a segment took.",
            buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
        MetricDescription(
            name: "talas_segment_first_byte_seconds",
            help: "Time from the beginning of an encode or of a read from disk to the segment's first bytes.",
            buckets: [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]),
    ]
}
