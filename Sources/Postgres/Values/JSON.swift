import Foundation

/// A Codable value in a `jsonb` column, dates as ISO 8601.
package struct JSON<Value: Codable & Sendable>: Sendable {
    /// What is stored.
    package let value: Value

    /// Wraps a value to store it.
    package init(_ value: Value) {
        self.value = value
    }
}

extension JSON: Equatable where Value: Equatable {}
extension JSON: Hashable where Value: Hashable {}

extension JSON: PostgresEncodable {
    /// The text of the JSON.
    package func encoded() throws(PostgresError) -> ParameterValue {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        do {
            return .text(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            throw PostgresError(.other, "A value cannot be written as JSON: \(error).")
        }
    }
}

extension JSON: PostgresDecodable {
    /// From `jsonb` or `json`.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> JSON<Value> {
        let text = try String.decode(cell)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return JSON(try decoder.decode(Value.self, from: Data(text.utf8)))
        } catch {
            throw PostgresError(
                .undecodable, "Column \(cell.column) does not hold the expected JSON: \(error).", column: cell.column)
        }
    }
}
