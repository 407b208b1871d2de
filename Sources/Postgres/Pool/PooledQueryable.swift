/// Single statements that may be slow, each on a connection of its own from the pool: what they wait for, nobody else does.
struct PooledQueryable: Queryable {
    let pool: ConnectionPool

    func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet {
        let connection = try await pool.acquire()
        defer { pool.release(connection) }
        return try await connection.perform(.statement(statement))
    }
}
