/// One row of a result.
package struct Row: Sendable {
    let result: ResultSet
    let columns: [String]
    let index: Int32

    /// The value of a named column; an Optional reads null as nil. Throws `undecodable`.
    package func decode<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let column = columns.firstIndex(of: name) else {
            throw PostgresError(.undecodable, "The result has no column \(name), only \(columns).", column: name)
        }
        return try result.decode(row: index, column: column, name: name)
    }

    /// The value of a column by its position from 0; an Optional reads null as nil. Throws `undecodable`.
    package func decode<T: PostgresDecodable>(_ column: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard columns.indices.contains(column) else {
            throw PostgresError(.undecodable, "The result has \(columns.count) columns, none at \(column).")
        }
        return try result.decode(row: index, column: column, name: columns[column])
    }
}
