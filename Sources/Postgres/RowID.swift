/// The key of a row of one table, which cannot be mistaken for another's: `typealias ID = RowID<Track>`.
///
/// Encodes as a bare integer.
package struct RowID<Row>: RawRepresentable, Hashable, Comparable, Sendable {
    /// The number in the database and in the API.
    package let rawValue: Int

    /// Wraps a number that is known to be this table's key.
    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Wraps a number that is known to be this table's key.
    package init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Older rows first.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension RowID: Codable {
    /// Reads a bare integer.
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int.self)
    }

    /// Writes a bare integer.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension RowID: CustomStringConvertible {
    /// The number.
    package var description: String { String(rawValue) }
}
