/// What a ``SegmentSource`` holds, and what it has to do.
package struct SegmentLoad: Hashable, Sendable {
    package let memoryBytes: Int
    package let memoryCapacityBytes: Int
    package let memorySegments: Int
    package let diskBytes: Int
    /// 0 without files.
    package let diskCapacityBytes: Int
    package let diskSegments: Int
    /// Encodes under way.
    package let running: Int
    /// Encodes that have not begun.
    package let waiting: Int
}
