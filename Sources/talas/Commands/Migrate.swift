import ArgumentParser
import Migrations
import Platform
import Postgres

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change the database's schema to another version.", subcommands: [Up.self, Down.self, Status.self])

    struct Up: AsyncParsableCommand, ActsOnInstallation {
        static let configuration = CommandConfiguration(abstract: "Apply every migration that is missing.")

        func run() async throws {
            try await DatabaseAccess.withDatabase { database in
                let migrator = Migrator(database, migrations: Migrations.all)
                try await migrator.up()
                print("The schema is at version \(try await migrator.status().version ?? 0).")
            }
        }
    }

    struct Down: AsyncParsableCommand, ActsOnInstallation {
        static let configuration = CommandConfiguration(abstract: "Take back the newest migrations.")

        @Argument(help: "How many to take back.")
        var steps = 1

        func validate() throws {
            guard steps > 0 else { throw ValidationError("The number of migrations to take back has to be above 0.") }
        }

        func run() async throws {
            try await DatabaseAccess.withDatabase { database in
                let migrator = Migrator(database, migrations: Migrations.all)
                try await migrator.down(steps)
                print("The schema is at version \(try await migrator.status().version ?? 0).")
            }
        }
    }

    struct Status: AsyncParsableCommand, ActsOnInstallation {
        static let configuration = CommandConfiguration(abstract: "List the migrations and say which are applied.")

        func run() async throws {
            try await DatabaseAccess.withDatabase { database in
                let status = try await Migrator(database, migrations: Migrations.all).status()
                for migration in Migrations.all {
                    let isApplied = migration.version <= status.version ?? 0
                    print("\(isApplied ? "applied" : "missing")  \(migration.version) \(migration.name)")
                }
                if status.isDirty {
                    throw Failure("The last migration failed half-way: mend the schema, then run `talas migrate up`.")
                }
            }
        }
    }
}
