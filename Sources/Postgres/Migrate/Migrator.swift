/// Brings the schema of a database to the version this program needs, or back; one process at a time.
///
/// Keeps the table of the `migrate` command (golang-migrate): one row with the version reached, none before the first.
package struct Migrator: Sendable {
    private static let createTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)
        """

    private let database: Database
    private let migrations: [Migration]

    /// A migrator for the migrations, in any order.
    package init(_ database: Database, migrations: [Migration]) {
        self.database = database
        self.migrations = migrations.sorted { $0.version < $1.version }
    }

    /// Applies every pending migration, and returns them.
    @discardableResult
    package func up() async throws -> [Migration] {
        try await database.withMigrationLock { session in
            let status = try await preparedStatus(session)
            let pending = (status.isDirty ? status.applied.suffix(1) : []) + status.pending
            for migration in pending {
                try await run(migration.up, of: migration, reaching: migration.version, session)
            }
            return Array(pending)
        }
    }

    /// Undoes the last migrations, and returns them.
    @discardableResult
    package func down(_ steps: Int = 1) async throws -> [Migration] {
        try await database.withMigrationLock { session in
            let applied = try await preparedStatus(session).applied
            let undone = applied.reversed().prefix(max(0, steps))
            for (offset, migration) in undone.enumerated() {
                let previous = applied.dropLast(offset + 1).last?.version
                try await run(migration.down, of: migration, reaching: previous, session)
            }
            return Array(undone)
        }
    }

    /// Where the database stands; changes nothing.
    package func status() async throws -> MigrationStatus {
        let hasTable: Bool? = try await database.row("SELECT to_regclass('schema_migrations') IS NOT NULL") {
            row throws(PostgresError) in
            try row.decode(0)
        }
        return hasTable == true ? try await status(database) : try status(version: nil, isDirty: false)
    }

    private func status(_ queryable: some Queryable) async throws -> MigrationStatus {
        let reached: (version: Int, isDirty: Bool)? = try await queryable.row(
            "SELECT version, dirty FROM schema_migrations LIMIT 1"
        ) { row throws(PostgresError) in (try row.decode("version"), try row.decode("dirty")) }
        return try status(version: reached?.version, isDirty: reached?.isDirty ?? false)
    }

    /// Throws when the schema is one this program does not know.
    private func status(version: Int?, isDirty: Bool) throws -> MigrationStatus {
        let reached = version ?? 0
        if let version, !migrations.contains(where: { $0.version == version }) {
            let newest = migrations.last?.version ?? 0
            throw MigrationError(
                version > newest
                    ? "The database has schema version \(version), made by a newer Talas; this one knows up to \(newest). Run the newer program."
                    : "The database has schema version \(version), which this program does not carry.")
        }
        return MigrationStatus(
            version: version, isDirty: isDirty,
            applied: migrations.filter { $0.version <= reached }, pending: migrations.filter { $0.version > reached })
    }

    /// The status to start from, with the table there. What was left half-done is to be done again if it may be, else
    /// it is in the way.
    private func preparedStatus(_ session: MigrationSession) async throws -> MigrationStatus {
        try await session.script(Self.createTable)
        let status = try await status(session)
        guard status.isDirty, let last = status.applied.last, Migration.runsInTransaction(last.up) else {
            return status
        }
        throw MigrationError(
            """
            Migration \(last.version) (\(last.name)) was begun and not finished. Bring the schema to the state behind \
            it by hand, then run: UPDATE schema_migrations SET dirty = false
            """)
    }

    /// Runs one direction of a migration. Without a transaction the version is first marked dirty, so that a failure
    /// half-way is seen.
    private func run(
        _ sql: String, of migration: Migration, reaching version: Int?, _ session: MigrationSession
    ) async throws {
        do throws(PostgresError) {
            if Migration.runsInTransaction(sql) {
                try await session.script("BEGIN;\n\(sql)\n;\(Self.setVersion(version, isDirty: false));COMMIT")
            } else {
                try await session.script(Self.setVersion(migration.version, isDirty: true))
                try await session.script(sql)
                try await session.script(Self.setVersion(version, isDirty: false))
            }
        } catch {
            throw MigrationError("Migration \(migration.version) (\(migration.name)) failed: \(error)")
        }
    }

    private static func setVersion(_ version: Int?, isDirty: Bool) -> String {
        let insert = version.map { "INSERT INTO schema_migrations (version, dirty) VALUES (\($0), \(isDirty))" }
        return "TRUNCATE schema_migrations;\(insert ?? "")"
    }
}
