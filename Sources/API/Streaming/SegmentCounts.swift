import Media
import Synchronization

/// What happened in the segment cache since the server's start, for administrators.
final class SegmentCounts: Sendable {
    struct Values: Sendable {
        var hits = 0
        var misses = 0
        /// In memory and on disk.
        var evictions = 0
    }

    private let hits = Atomic(0)
    private let misses = Atomic(0)
    private let evictions = Atomic(0)

    var values: Values {
        Values(
            hits: hits.load(ordering: .relaxed), misses: misses.load(ordering: .relaxed),
            evictions: evictions.load(ordering: .relaxed))
    }

    func record(_ event: SegmentEvent) {
        switch event {
        case .hit, .diskHit: hits.add(1, ordering: .relaxed)
        case .miss: misses.add(1, ordering: .relaxed)
        case .evicted(let count), .evictedFiles(let count): evictions.add(count, ordering: .relaxed)
        default: break
        }
    }
}
