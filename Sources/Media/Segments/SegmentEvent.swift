/// What happens in a ``SegmentSource``, for those who count.
package enum SegmentEvent: Hashable, Sendable {
    /// A segment that was asked for was in memory.
    case hit
    /// It was in a file.
    case diskHit
    /// It was neither, and is to be made. Whoever joins those who wait for it is not counted.
    case miss
    /// Segments made room for another in memory.
    case evicted(Int)
    /// Segments made room for another on disk.
    case evictedFiles(Int)
    /// An encode came to its end, well or not, so long after it began.
    case encoded(Duration)
    /// The first bytes of a segment were there, so long after it was asked for.
    case firstBytes(Duration)
    /// Too many waited, and one more was refused.
    case refused
    /// An encode was broken off, since its listeners had gone and others waited.
    case abandoned
    /// A file was not what had been written, and was removed.
    case damaged
    /// A segment could not be written to disk: it is full, or slow.
    case notWritten
}
