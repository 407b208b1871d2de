import Migrations
import TestSupport
import Testing

@testable import Postgres

@Suite struct MigratorTests {
    private static let first = Migration(
        version: 1, name: "a", up: "CREATE TABLE a (); CREATE TABLE a2 ();", down: "DROP TABLE a; DROP TABLE a2")
    private static let second = Migration(version: 3, name: "b", up: "CREATE TABLE b ()", down: "DROP TABLE b")

    private func version(_ database: Database) async throws -> [String] {
        try await database.rows("SELECT version, dirty FROM schema_migrations") { row throws(PostgresError) in
            "\(try row.decode("version", as: Int.self)) \(try row.decode("dirty", as: Bool.self))"
        }
    }

    /// What a schema consists of, in words.
    private func schema(_ database: Database) async throws -> [String] {
        try await database.rows(
            """
            SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, column_default)
                AS line FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', 'routine', proname, pg_get_functiondef(oid)) FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
                -- Extensions stay: whoever shares the database may use them.
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
            UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
            ORDER BY line
            """
        ) { row throws(PostgresError) in try row.decode("line", as: String.self) }
    }

    @Test func upDownUpGivesTheSameSchema() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let migrator = Migrator(database, migrations: Migrations.all)
            #expect(try await migrator.status().version == nil)
            #expect(try await migrator.up() == Migrations.all)
            let full = try await schema(database)
            #expect(
                full.contains {
                    $0.contains("user_products_user_id_product_id_key UNIQUE (user_id, product_id) DEFERRABLE")
                })
            #expect(try await migrator.status().isCurrent)
            #expect(try await migrator.up().isEmpty)

            // Every single step back leaves the schema it started from.
            for migration in Migrations.all.reversed() {
                #expect(try await migrator.down() == [migration])
                try await migrator.up()
                #expect(try await schema(database) == full, "\(migration.version) \(migration.name)")
                try await migrator.down(Migrations.all.filter { $0.version >= migration.version }.count)
            }
            #expect(try await schema(database).allSatisfy { $0.contains("schema_migrations") })
            #expect(try await version(database).isEmpty)
            try await migrator.up()
            #expect(try await schema(database) == full)
        }
    }

    @Test func everyMigrationHasANameAndBothDirections() {
        #expect(Migrations.all.count >= 7)
        #expect(Set(Migrations.all.map(\.version)).count == Migrations.all.count)
        for migration in Migrations.all {
            #expect(!migration.up.isEmpty && !migration.down.isEmpty, "\(migration.version)")
            #expect(migration.name.contains("_"), "\(migration.name)")
        }
    }

    @Test func oneRowHoldsTheVersion() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let migrator = Migrator(database, migrations: [Self.second, Self.first])
            try await migrator.up()
            #expect(try await version(database) == ["3 false"])
            #expect(try await migrator.down() == [Self.second])
            #expect(try await version(database) == ["1 false"])
            let status = try await migrator.status()
            #expect(status.applied == [Self.first] && status.pending == [Self.second] && !status.isCurrent)
            #expect(try await migrator.down(5) == [Self.first])
            #expect(try await version(database) == [])
        }
    }

    @Test func aFailureLeavesNothingBehind() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let broken = Migration(version: 2, name: "c", up: "CREATE TABLE c (); SELECT broken", down: "")
            let migrator = Migrator(database, migrations: [Self.first, broken, Self.second])
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(error?.description.contains("Migration 2 (c) failed") == true)
            #expect(try await version(database) == ["1 false"])
            #expect(try await integer("SELECT count(*) FROM pg_class WHERE relname = 'c'", in: database) == 0)
            // The lock went with the session.
            try await Migrator(database, migrations: [Self.first, Self.second]).up()
        }
    }

    @Test func withoutATransactionAFailureIsMarked() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let concurrent = Migration(
                version: 2, name: "index_a",
                up: "-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS t_n ON t (n)",
                down: "-- no transaction\nDROP INDEX CONCURRENTLY t_n")
            let migrator = Migrator(database, migrations: [Self.first, concurrent])
            await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(try await version(database) == ["2 true"])
            #expect(try await migrator.status().isDirty)
            // It may be run again, so it is.
            try await database.execute("CREATE TABLE t (n int)")
            #expect(try await migrator.up() == [concurrent])
            #expect(try await version(database) == ["2 false"])
            #expect(try await migrator.down() == [concurrent])
        }
    }

    @Test func somebodyElsesHalfDoneMigrationStopsEverything() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let migrator = Migrator(database, migrations: [Self.first, Self.second])
            try await migrator.up()
            try await database.execute("UPDATE schema_migrations SET dirty = true")
            for change in [migrator.up, { try await migrator.down() }] {
                let error = await #expect(throws: MigrationError.self) { try await change() }
                #expect(error?.description.contains("Migration 3 (b)") == true)
            }
        }
    }

    @Test func aNewerSchemaIsRefused() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            try await Migrator(database, migrations: [Self.first, Self.second]).up()
            let older = Migrator(database, migrations: [Self.first])
            let error = await #expect(throws: MigrationError.self) { try await older.up() }
            #expect(error?.description.contains("newer") == true)
            await #expect(throws: MigrationError.self) { try await older.status() }
        }
    }

    @Test func severalAtOnceDoItOnce() async throws {
        try await withTestDatabase(isMigrated: false) { test async throws in
            let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let database = Database(test.settings, logger: quietLogger)
                        let applied = try await Migrator(database, migrations: Migrations.all).up()
                        await database.close()
                        return applied
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.filter { !$0.isEmpty } == [Migrations.all])
        }
    }

    @Test func theLocksKeyIsMadeOfAStandardCRC() {
        // The check value of the catalogue of CRCs.
        #expect(crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(crc32([]) == 0)
    }
}
