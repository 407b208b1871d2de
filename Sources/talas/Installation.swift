import Foundation
import Media
import Migrations
import NIOPosix
import Postgres

/// One installation is one database and one storage that belong together; each carries the id, and a mix of two is
/// refused before it can lose anything.
enum Installation {
    /// Checks that the database has the schema of this version.
    static func requireSchema(_ database: Database) async throws {
        guard try await Migrator(database, migrations: Migrations.all).status().isCurrent else {
            throw Failure("The database's schema is not current: start the server once, or run `talas migrate up`.")
        }
    }

    /// Checks that this storage belongs to this database, and marks the database where it is new.
    static func check(_ database: Database, _ store: BlobStore, threads: NIOThreadPool) async throws {
        let storage = try await threads.runIfActive { try store.installationID() }
        _ = try await database.execute("INSERT INTO installation (id) VALUES ($1) ON CONFLICT DO NOTHING", storage)
        let recorded = try await database.row("SELECT id FROM installation") { row throws(PostgresError) in
            try row.decode(0, as: UUID.self)
        }
        guard recorded == storage else {
            throw Failure(
                "The storage in \(store.directory) belongs to another installation than this database: "
                    + "set UPLOAD_PATH and DATABASE_URL to a pair that belongs together.")
        }
    }
}
