import Foundation
import Glibc
package import Logging
import Synchronization

/// A PostgreSQL server of our own, for those who have none: reached by a socket in a directory that only its owner may
/// enter, with a generated password, and stopped with the last program that uses it.
package final class PrivateCluster: Sendable {
    /// Longest that starting, crash recovery included, or stopping may take.
    static let patienceSeconds = 120

    let layout: ClusterLayout
    let extraConfiguration: String
    let logger: Logger
    /// Held while this cluster is in use.
    private let use = Mutex<FileLock?>(nil)

    /// The cluster in the folder `postgres` of a directory, which `start` makes if need be.
    package convenience init(dataDirectory: String, logger: Logger) {
        self.init(dataDirectory: dataDirectory, extraConfiguration: "", logger: logger)
    }

    /// Also takes lines of postgresql.conf: tests give up durability for speed.
    package init(dataDirectory: String, extraConfiguration: String, logger: Logger) {
        layout = ClusterLayout(root: URL(fileURLWithPath: dataDirectory).standardizedFileURL.path + "/postgres")
        self.extraConfiguration = extraConfiguration
        self.logger = logger
    }

    /// Makes the cluster if there is none, starts it if it does not run (one that outlived its program is taken over),
    /// and returns how libpq reaches it. Throws `ClusterError`, which says what to do.
    package func start() async throws -> String {
        let owner = try ClusterOwner.current()
        try owner.makeDirectory(layout.root)
        try await checkReachable(owner)
        let lock = try await lockForChange()
        defer { lock.unlock() }

        let installation = try await Installation.find(major: layout.major)
        if layout.major == nil { try await create(installation, owner) }
        try checkOwner(owner)
        let socketDirectory = try await ensureRunning(installation, owner)
        let use = try FileLock(layout.useLock)
        guard use.tryShared() else { throw ClusterError("Another program holds \(layout.useLock); try again.") }
        self.use.withLock { $0 = use }
        try await ensureDatabase(socketDirectory)
        return connection(socketDirectory, database: "talas")
    }

    /// Stops the server, unless another program uses it too.
    package func stop() async {
        guard
            let use = use.withLock({ use in
                defer { use = nil }
                return use
            })
        else { return }
        do {
            let lock = try await lockForChange()
            defer { lock.unlock() }
            use.unlock()
            guard use.tryExclusive(), layout.serverProcess != nil else { return }
            let installation = try await Installation.find(major: layout.major)
            try await control(["stop", "-m", "fast"], installation, ClusterOwner.current())
            logger.info("Private database stopped")
        } catch {
            logger.error("Private database not stopped", metadata: ["reason": "\(error)"])
        }
    }

    /// Whether it was started here and not stopped since.
    var isInUse: Bool { use.withLock { $0 != nil } }

    /// Waits for whoever is starting or stopping the server.
    func lockForChange() async throws -> FileLock {
        let lock = try FileLock(layout.lock)
        let deadline = ContinuousClock.now + .seconds(Self.patienceSeconds)
        while !lock.tryExclusive() {
            guard ContinuousClock.now < deadline else {
                throw ClusterError("Another program is starting or stopping the database in \(layout.root); try again.")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return lock
    }

    private func connection(_ socketDirectory: String, database: String) -> String {
        func quoted(_ value: String) -> String {
            "'\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
        }
        return "host=\(quoted(socketDirectory)) port=5432 user=talas dbname=\(database) "
            + "passfile=\(quoted(layout.passwordFile))"
    }

    private func ensureDatabase(_ socketDirectory: String) async throws {
        var settings = DatabaseSettings(url: connection(socketDirectory, database: "postgres"))
        settings.acquireTimeoutMilliseconds = Self.patienceSeconds * 1_000
        let database = Database(settings, logger: logger)
        do {
            if try await database.execute("SELECT 1 FROM pg_database WHERE datname = 'talas'") == 0 {
                try await database.pooled.execute("CREATE DATABASE talas")
            }
        } catch {
            await database.close()
            throw ClusterError("The private database does not answer: \(error). See \(layout.logDirectory).")
        }
        await database.close()
    }
}
