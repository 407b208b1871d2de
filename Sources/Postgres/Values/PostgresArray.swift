package import Foundation

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    /// An array literal with every element quoted.
    package static func encodeArray(_ elements: [Self]) throws(PostgresError) -> ParameterValue {
        var literal = "{"
        for element in elements {
            guard case .text(let text) = try element.encoded() else {
                throw PostgresError(.other, "An array of \(Self.self) cannot be sent.")
            }
            if literal.utf8.count > 1 { literal += "," }
            literal += "\""
            if text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
                for character in text.unicodeScalars {
                    if character == "\"" || character == "\\" { literal += "\\" }
                    literal.unicodeScalars.append(character)
                }
            } else {
                literal += text
            }
            literal += "\""
        }
        return .text(literal + "}")
    }

    /// A one-dimensional array in the binary format of array_send: dimensions, flags, element type, size and lower
    /// bound, then each element behind its length.
    package static func decodeArray(_ cell: borrowing Cell) throws(PostgresError) -> [Self] {
        var reader = BinaryReader(try cell.value())
        let dimensions = try reader.integer(Int32.self)
        _ = try reader.integer(Int32.self)
        let elementType = try reader.integer(UInt32.self)
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw cell.mismatch("an array of one dimension") }
        let count = try reader.integer(Int32.self)
        _ = try reader.integer(Int32.self)
        var elements: [Self] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<max(0, count) {
            let length = try reader.integer(Int32.self)
            let bytes = length < 0 ? nil : try reader.bytes(Int(length))
            elements.append(try Self.decode(Cell(bytes: bytes, type: elementType, column: cell.column)))
        }
        return elements
    }
}

extension Bool: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension UUID: PostgresArrayElement {}
extension Date: PostgresArrayElement {}
extension RowID: PostgresArrayElement {}

extension UInt8: PostgresArrayElement {
    /// The bytes of a `bytea`.
    package static func encodeArray(_ elements: [UInt8]) -> ParameterValue { .binary(elements) }

    /// The bytes of a `bytea`.
    package static func decodeArray(_ cell: borrowing Cell) throws(PostgresError) -> [UInt8] {
        guard cell.type == PostgresType.bytea else { throw cell.mismatch("bytes") }
        return Array(try cell.value())
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// From an array, or, for bytes, from `bytea`.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> [Element] {
        try Element.decodeArray(cell)
    }
}
