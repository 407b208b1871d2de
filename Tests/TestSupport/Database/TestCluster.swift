import Foundation
import Glibc
package import Logging
import Migrations
import Postgres
import Synchronization

/// The PostgreSQL server of a test run: the one that `TALAS_TEST_DATABASE` names (libpq URI or conninfo of a role that
/// may create databases), or a private cluster in a temporary directory, started by the first test that needs it and
/// gone with the process.
enum TestCluster {
    /// A server and a database in it that has the whole schema, to be cloned.
    struct Server: Sendable {
        let url: String
        let template: String
    }

    /// Databases in use at once: tests start all together, connections are bounded.
    static let permits = Permits(16)

    private static let start = Task { try await makeServer() }

    /// The server, which the first caller waits for longest.
    static func server() async throws -> Server {
        try await start.value
    }

    private static func makeServer() async throws -> Server {
        let url = if let given = givenURL() { given } else { try await startPrivateCluster() }
        let template = "talas_template_\(getpid())"
        try await execute(["DROP DATABASE IF EXISTS \(template)", "CREATE DATABASE \(template)"], on: url)
        let database = Database(
            DatabaseSettings(url: connection(url, database: template)), logger: quietLogger)
        try await Migrator(database, migrations: Migrations.all).up()
        await database.close()
        return Server(url: url, template: template)
    }

    private static func givenURL() -> String? {
        ProcessInfo.processInfo.environment["TALAS_TEST_DATABASE"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func startPrivateCluster() async throws -> String {
        removeAbandoned()
        let directory = "\(directoryPrefix)\(getpid())"
        let cluster = PrivateCluster(
            dataDirectory: directory,
            extraConfiguration: """
                fsync = off
                synchronous_commit = off
                full_page_writes = off
                max_connections = 400
                """,
            logger: quietLogger)
        atexit { TestCluster.remove("\(TestCluster.directoryPrefix)\(getpid())") }
        return try await cluster.start()
    }

    /// Runs commands that no transaction may hold.
    static func execute(_ commands: [String], on url: String) async throws {
        let database = Database(DatabaseSettings(url: url), logger: quietLogger)
        do {
            for command in commands { try await database.pooled.execute(command) }
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// The same server, another database.
    static func connection(_ url: String, database: String) -> String {
        guard url.contains("://"), var components = URLComponents(string: url) else {
            return "\(url) dbname=\(database)"
        }
        components.path = "/\(database)"
        return components.string ?? url
    }

    // MARK: Leaving nothing behind

    private static let directoryPrefix = "/tmp/talas-test-"

    /// Removes what test runs left that were killed.
    private static func removeAbandoned() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for path in names.map({ "/tmp/\($0)" }) where path.hasPrefix(directoryPrefix) {
            guard let process = pid_t(path.dropFirst(directoryPrefix.count)), kill(process, 0) != 0, errno == ESRCH
            else { continue }
            remove(path)
        }
    }

    /// Stops the server of a cluster without ceremony and removes its directory. It runs when the process exits, where
    /// nothing can be awaited, and the server is no child of ours to wait for: asking now and then is all there is.
    private static func remove(_ directory: String) {
        let note = try? String(contentsOfFile: "\(directory)/postgres/cluster/postmaster.pid", encoding: .utf8)
        if let process = note?.split(separator: "\n").first.flatMap({ pid_t($0) }), kill(process, SIGQUIT) == 0 {
            for _ in 0..<500 where kill(process, 0) == 0 { usleep(10_000) }
        }
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// Says nothing.
package let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
