/// One value of a result in binary format. Lives no longer than the call it is given to: it points into the result.
package struct Cell {
    /// The bytes; nil is null.
    let bytes: UnsafeRawBufferPointer?
    let type: UInt32
    /// For messages.
    let column: String

    /// The bytes of a value that is not null.
    func value() throws(PostgresError) -> UnsafeRawBufferPointer {
        guard let bytes else { throw PostgresError(.undecodable, "Column \(column) is null.", column: column) }
        return bytes
    }

    /// A number in network byte order that fills the cell.
    func integer<T: FixedWidthInteger>(_ type: T.Type) throws(PostgresError) -> T {
        var reader = BinaryReader(try value())
        return try reader.integer(T.self)
    }

    /// The error of a column that is of another type than expected.
    func mismatch(_ expected: String) -> PostgresError {
        PostgresError(
            .undecodable, "Column \(column) (type \(type)) cannot be read as \(expected); cast it in the statement.",
            column: column)
    }
}
