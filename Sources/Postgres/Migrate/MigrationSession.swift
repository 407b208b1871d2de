/// The one connection that a run of migrations has to itself, with its lock.
struct MigrationSession: Queryable {
    let connection: Connection

    func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet {
        try await connection.perform(.statement(statement))
    }

    /// Runs several statements as they stand. Not cancelled half-way: whatever it is, it is over when this returns.
    func script(_ sql: String) async throws(PostgresError) {
        _ = try await connection.perform(.script(sql), isCancellable: false)
    }
}

extension Database {
    /// Runs the body on a connection without time-out, while nobody else migrates this database.
    func withMigrationLock<T: Sendable>(_ body: (MigrationSession) async throws -> T) async throws -> T {
        let connection = try await pool.acquire()
        // The lock and the settings end with the session, which nobody uses again.
        defer { pool.release(connection, isReusable: false) }
        let session = MigrationSession(connection: connection)
        try await session.script("SET statement_timeout = 0")
        let key = try await session.migrationLockKey()
        // Asked again and again rather than waited for: a waiting statement would keep CREATE INDEX CONCURRENTLY from
        // ever finishing.
        while try await !session.tryLock(key) {
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await body(session)
    }
}

extension MigrationSession {
    fileprivate func tryLock(_ key: Int) async throws(PostgresError) -> Bool {
        try await row("SELECT pg_try_advisory_lock($1)", key) { row throws(PostgresError) in try row.decode(0) }
            ?? false
    }

    /// The key that the `migrate` command takes for the same database and table, so that the two exclude each other:
    /// the CRC-32 of schema, table and database, times a constant (golang-migrate, `GenerateAdvisoryLockId`).
    fileprivate func migrationLockKey() async throws(PostgresError) -> Int {
        let names: (schema: String?, database: String)? = try await row(
            "SELECT current_schema(), current_database()"
        ) { row throws(PostgresError) in (try row.decode(0), try row.decode(1)) }
        guard let names, let schema = names.schema else {
            throw PostgresError(.other, "The database has no schema to create tables in; check its search_path.")
        }
        let name = [schema, "schema_migrations", names.database].joined(separator: "\0")
        return Int(crc32(Array(name.utf8)) &* 1_486_364_155)
    }
}

/// CRC-32 of ISO 3309, as zlib and gzip compute it.
func crc32(_ bytes: [UInt8]) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
        remainder ^= UInt32(byte)
        for _ in 0..<8 {
            remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0)
        }
    }
    return ~remainder
}
