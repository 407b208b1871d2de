import CLibPQ

/// The result of one statement; frees libpq's memory with its last reference.
///
/// `@unchecked Sendable`: a PGresult is never changed after `PQgetResult` gave it out (libpq's documentation lets threads
/// share it), and only `deinit` frees it.
package final class ResultSet: @unchecked Sendable {
    private let raw: OpaquePointer

    /// Takes over a result.
    init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        PQclear(raw)
    }

    /// How many rows there are to read.
    var rowCount: Int { Int(PQntuples(raw)) }

    /// How many rows the statement inserted, changed, deleted or selected.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    /// The words the server answered a command with, such as `INSERT 0 1` or `ROLLBACK`.
    var commandTag: String { String(cString: PQcmdStatus(raw)) }

    /// Names of the columns.
    private var columns: [String] {
        (0..<PQnfields(raw)).map { column in PQfname(raw, column).map { String(cString: $0) } ?? "" }
    }

    /// Every row, decoded.
    package func map<T>(_ decode: (Row) throws(PostgresError) -> T) throws(PostgresError) -> [T] {
        let columns = columns
        var values: [T] = []
        values.reserveCapacity(rowCount)
        for index in 0..<Int32(rowCount) {
            values.append(try decode(Row(result: self, columns: columns, index: index)))
        }
        return values
    }

    package func first<T>(_ decode: (Row) throws(PostgresError) -> T) throws(PostgresError) -> T? {
        rowCount == 0 ? nil : try decode(Row(result: self, columns: columns, index: 0))
    }

    /// Decodes one value while the memory it points to is held.
    func decode<T: PostgresDecodable>(row: Int32, column: Int, name: String) throws(PostgresError) -> T {
        let column = Int32(column)
        let isNull = PQgetisnull(raw, row, column) == 1
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
        return try T.decode(Cell(bytes: isNull ? nil : bytes, type: PQftype(raw, column), column: name))
    }
}
