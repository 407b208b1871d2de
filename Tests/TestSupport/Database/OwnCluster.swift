import Foundation
import Glibc
import Migrations
import Postgres

/// A PostgreSQL server of one test alone, as safe against crashes as it is by itself, which can be killed and started again.
package final class OwnCluster: Sendable {
    /// How libpq reaches its one database, which has the whole schema.
    package let url: String
    private let directory: TemporaryDirectory
    private let cluster: PrivateCluster

    package init() async throws {
        directory = try TemporaryDirectory()
        cluster = PrivateCluster(
            dataDirectory: directory.path, extraConfiguration: "max_connections = 200", logger: quietLogger)
        url = try await cluster.start()
        let database = Database(DatabaseSettings(url: url), logger: quietLogger)
        try await Migrator(database, migrations: Migrations.all).up()
        await database.close()
    }

    /// Ends the server and all its processes at once: what was not written to the log is gone.
    package func kill() throws {
        let note = try String(contentsOfFile: "\(directory.path)/postgres/cluster/postmaster.pid", encoding: .utf8)
        guard let server = note.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
            throw TestFailure("The server's note has no process: \(note)")
        }
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
        let children = processes.filter { ServerProcess.parent(of: $0) == server }
        for process in [server] + children { Glibc.kill(process, SIGKILL) }
    }

    /// Returns when it has recovered.
    package func start() async throws { _ = try await cluster.start() }

    package func stop() async { await cluster.stop() }
}
