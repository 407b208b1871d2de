/// Anything that runs statements: the database, its pool, a transaction.
package protocol Queryable: Sendable {
    /// Runs one statement and gives its result; the other methods are made of this one.
    func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet
}

extension Queryable {
    /// Every row of a statement, decoded: `rows("SELECT id FROM tags WHERE name = $1", name) { row in … }`. The compiler
    /// does not infer a closure's typed throws: write `row throws(PostgresError) in`, or give an initialiser.
    package func rows<T>(
        _ sql: String, _ parameters: (any PostgresEncodable)?..., decode: (Row) throws(PostgresError) -> T
    ) async throws(PostgresError) -> [T] {
        try await perform(Statement(sql, parameters)).map(decode)
    }

    /// The first row of a statement, decoded, or nil when there is none.
    package func row<T>(
        _ sql: String, _ parameters: (any PostgresEncodable)?..., decode: (Row) throws(PostgresError) -> T
    ) async throws(PostgresError) -> T? {
        try await perform(Statement(sql, parameters)).first(decode)
    }

    /// Runs a statement for its effect; returns how many rows it inserted, changed, deleted or selected.
    @discardableResult
    package func execute(_ sql: String, _ parameters: (any PostgresEncodable)?...) async throws(PostgresError) -> Int {
        try await perform(Statement(sql, parameters)).affectedRows
    }

    /// Sends a notification (at most 7,999 bytes) to all that listen on a channel; in a transaction, when it commits.
    package func notify(_ channel: String, _ payload: String) async throws(PostgresError) {
        try await execute("SELECT pg_notify($1, $2)", channel, payload)
    }
}
