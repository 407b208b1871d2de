package import Foundation

/// One encoded parameter. Text lets the server choose the type from where the parameter stands.
package enum ParameterValue: Hashable, Sendable {
    /// The literal that PostgreSQL would read between quotes.
    case text(String)
    /// The bytes of a `bytea`.
    case binary([UInt8])
}

/// A value that can be a parameter of a statement.
package protocol PostgresEncodable: Sendable {
    /// The value as it is sent; throws when it has no representation.
    func encoded() throws(PostgresError) -> ParameterValue
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// The raw value.
    package func encoded() throws(PostgresError) -> ParameterValue { try rawValue.encoded() }
}

extension Bool: PostgresEncodable {
    /// `t` or `f`.
    package func encoded() -> ParameterValue { .text(self ? "t" : "f") }
}

extension PostgresEncodable where Self: FixedWidthInteger {
    /// Decimal digits.
    package func encoded() -> ParameterValue { .text(String(self)) }
}

extension Int: PostgresEncodable {}
extension Int32: PostgresEncodable {}
extension Int64: PostgresEncodable {}

extension Double: PostgresEncodable {
    /// The shortest digits that read back as the same number.
    package func encoded() -> ParameterValue { .text(description) }
}

extension String: PostgresEncodable {
    /// The text itself.
    package func encoded() -> ParameterValue { .text(self) }
}

extension UUID: PostgresEncodable {
    /// The usual hexadecimal form.
    package func encoded() -> ParameterValue { .text(uuidString) }
}

extension Date: PostgresEncodable {
    /// ISO 8601 in UTC, to the microsecond.
    package func encoded() throws(PostgresError) -> ParameterValue { .text(try Timestamp(self).text) }
}

extension RowID: PostgresEncodable {}

/// A value that may stand in an array parameter or column.
package protocol PostgresArrayElement: Sendable {
    /// The whole array as a parameter.
    static func encodeArray(_ elements: [Self]) throws(PostgresError) -> ParameterValue
    /// The whole array from a column.
    static func decodeArray(_ cell: borrowing Cell) throws(PostgresError) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    /// `{…}`, or the bytes of a `bytea`.
    package func encoded() throws(PostgresError) -> ParameterValue { try Element.encodeArray(self) }
}
