/// The least and the greatest of the numbers seen.
struct SampleExtremes<Number: FixedWidthInteger & Sendable>: Sendable, Hashable {
    /// The least; `Number.max` when none was seen.
    private(set) var least = Number.max
    /// The greatest; `Number.min` when none was seen.
    private(set) var greatest = Number.min

    /// Takes one number in.
    @inline(__always)
    mutating func include(_ number: Number) {
        least = min(least, number)
        greatest = max(greatest, number)
    }

    /// Takes in what another has seen.
    mutating func include(_ other: SampleExtremes) {
        least = min(least, other.least)
        greatest = max(greatest, other.greatest)
    }
}
