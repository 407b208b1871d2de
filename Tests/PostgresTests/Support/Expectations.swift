import Postgres

/// The error a statement fails with; nil when it does not.
func failure<T>(_ body: () async throws -> T) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch let error as PostgresError {
        return error
    } catch {
        return PostgresError(.other, "\(error)")
    }
}

/// Asks the database until the statement counts at least one.
func waitUntil(_ sql: String, in database: Database) async throws {
    while try await integer(sql, in: database) == 0 { await Task.yield() }
}

/// The one number a statement selects.
func integer(_ sql: String, in queryable: some Queryable) async throws -> Int {
    try await queryable.row(sql) { row throws(PostgresError) in try row.decode(0, as: Int.self) } ?? 0
}

/// The one text a statement selects.
func text(_ sql: String, in queryable: some Queryable) async throws -> String? {
    try await queryable.row(sql) { row throws(PostgresError) in try row.decode(0, as: String.self) }
}

extension AsyncIteratorProtocol where Failure == Never {
    /// The next element of a sequence that is known not to fail.
    mutating func following() async -> Element? { await next(isolation: nil) }
}
