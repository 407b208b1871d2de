/// What happens in a ``SegmentSource``, for those who count.
package enum SegmentEvent: Hashable, Sendable {
    /// A segment that was asked for was in memory.
    case hit
    /// It was not.
    case miss
    /// Segments made room for another.
    case evicted(Int)
    /// An encode came to its end, well or not.
    case encoded(Duration)
}
