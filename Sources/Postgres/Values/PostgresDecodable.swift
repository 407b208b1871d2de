package import Foundation

/// A value that can be read from a column.
package protocol PostgresDecodable {
    /// The value of a cell; throws `undecodable` when it is null or of another type.
    static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Self
}

/// A value that can be read and written.
package typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Nil for null.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Wrapped? {
        cell.bytes == nil ? nil : try Wrapped.decode(cell)
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// The value whose raw value the cell holds.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(cell)) else { throw cell.mismatch("\(Self.self)") }
        return value
    }
}

extension RowID: PostgresDecodable {}

extension Bool: PostgresDecodable {
    /// From `boolean`.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Bool {
        guard cell.type == PostgresType.bool else { throw cell.mismatch("Bool") }
        return try cell.integer(UInt8.self) != 0
    }
}

extension PostgresDecodable where Self: FixedWidthInteger {
    /// From any integer type, or a `numeric` without fraction (the sum of a `bigint` is one).
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Self {
        let wide: Int64? =
            switch cell.type {
            case PostgresType.int2: Int64(try cell.integer(Int16.self))
            case PostgresType.int4: Int64(try cell.integer(Int32.self))
            case PostgresType.int8: try cell.integer(Int64.self)
            case PostgresType.oid: Int64(try cell.integer(UInt32.self))
            case PostgresType.numeric: try Numeric(cell).integer
            default: nil
            }
        guard let wide, let value = Self(exactly: wide) else { throw cell.mismatch("\(Self.self)") }
        return value
    }
}

extension Int: PostgresDecodable {}
extension Int32: PostgresDecodable {}
extension Int64: PostgresDecodable {}

extension Double: PostgresDecodable {
    /// From any number.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Double {
        switch cell.type {
        case PostgresType.float8: Double(bitPattern: try cell.integer(UInt64.self))
        case PostgresType.float4: Double(Float(bitPattern: try cell.integer(UInt32.self)))
        case PostgresType.numeric: try Numeric(cell).double
        default: Double(try Int64.decode(cell))
        }
    }
}

extension UUID: PostgresDecodable {
    /// From `uuid`.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> UUID {
        let bytes = try cell.value()
        guard cell.type == PostgresType.uuid, bytes.count == 16 else { throw cell.mismatch("UUID") }
        return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}
