import Foundation
import Glibc
package import Logging
import Synchronization

/// A PostgreSQL server of our own, for those who have none: reached by a socket in a directory that only its owner may
/// enter, with a generated password, and stopped with the last program that uses it.
package final class PrivateCluster: Sendable {
    /// Longest that starting, crash recovery included, or stopping may take.
    private static let patienceSeconds = 120

    let layout: ClusterLayout
    private let extraConfiguration: String
    private let logger: Logger
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

    /// Waits for whoever is starting or stopping the server.
    private func lockForChange() async throws -> FileLock {
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
            throw ClusterError("The private database does not answer: \(error). See \(layout.data)/log.")
        }
        await database.close()
    }
}

// MARK: Steps of starting

extension PrivateCluster {
    private func checkReachable(_ owner: ClusterOwner) async throws {
        guard !owner.prefix.isEmpty else { return }
        let test = try await Command(owner: owner).run("/usr/bin/test", ["-w", layout.root])
        guard test.status == 0 else {
            throw ClusterError(
                """
                As root, Talas runs its database as the user postgres, who cannot reach \(layout.root): set DATA_DIR \
                to a directory whose parents all may enter, such as /var/lib/talas, or start talas as an ordinary user.
                """)
        }
    }

    private func checkOwner(_ owner: ClusterOwner) throws(ClusterError) {
        var status = stat()
        guard stat(layout.data, &status) == 0 else {
            throw ClusterError("The directory \(layout.data) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard status.st_uid != owner.userID else { return }
        throw ClusterError(
            """
            The database in \(layout.root) belongs to another user: start talas as that user, or run \
            chown -R \(owner.userID):\(owner.groupID) '\(layout.root)'
            """)
    }

    /// Fills a new directory and renames it when it is whole, so that a half-made cluster is never met.
    private func create(_ installation: Installation, _ owner: ClusterOwner) async throws {
        logger.info("Private database is being made", metadata: ["directory": "\(layout.root)"])
        try? FileManager.default.removeItem(atPath: layout.unfinishedData)
        let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        try owner.write("*:*:*:*:\(password)\n", to: layout.passwordFile)
        try owner.write(password, to: layout.initialPasswordFile)
        defer { try? FileManager.default.removeItem(atPath: layout.initialPasswordFile) }
        let outcome = try await Command(owner: owner).run(
            installation.program("initdb"),
            [
                "-D", layout.unfinishedData, "-U", "talas", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
                "-A", "scram-sha-256", "--pwfile=\(layout.initialPasswordFile)",
            ])
        guard outcome.status == 0 else { throw ClusterError("initdb failed: \(outcome.output)") }
        let configuration = "\(layout.unfinishedData)/postgresql.conf"
        let defaults = try String(contentsOfFile: configuration, encoding: .utf8)
        try owner.write(defaults + "\ninclude 'talas.conf'\n", to: configuration)
        try FileManager.default.moveItem(atPath: layout.unfinishedData, toPath: layout.data)
    }

    /// Starts the server unless it runs; returns its socket directory.
    private func ensureRunning(_ installation: Installation, _ owner: ClusterOwner) async throws -> String {
        if layout.serverProcess != nil, let directory = layout.runningSocketDirectory {
            logger.info("Private database was running already")
            return directory
        }
        // A note whose process is alive and not the server would keep the server from starting.
        if let process = layout.serverNoteProcess, kill(process, 0) == 0 {
            try? FileManager.default.removeItem(atPath: layout.serverNote)
        }
        let socketDirectory = try layout.socketDirectory(owner)
        try owner.write(configuration(socketDirectory), to: layout.configuration)
        try await control(["start", "-l", layout.startLog], installation, owner)
        logger.info("Private database started")
        return socketDirectory
    }

    private func configuration(_ socketDirectory: String) -> String {
        """
        # Written at every start.
        listen_addresses = ''
        port = 5432
        unix_socket_directories = '\(socketDirectory.replacing("'", with: "''"))'
        unix_socket_permissions = 0700
        fsync = on
        password_encryption = 'scram-sha-256'
        timezone = 'UTC'
        # A week of logs, a file a day.
        logging_collector = on
        log_filename = 'postgresql-%a.log'
        log_truncate_on_rotation = on
        log_rotation_age = 1d
        log_rotation_size = 0
        \(extraConfiguration)

        """
    }

    /// pg_ctl makes the server the leader of its own session: an interrupt of ours is not the server's.
    private func control(
        _ arguments: [String], _ installation: Installation, _ owner: ClusterOwner
    ) async throws {
        let outcome = try await Command(owner: owner).run(
            installation.program("pg_ctl"),
            arguments + ["-D", layout.data, "-w", "-t", "\(Self.patienceSeconds)"])
        guard outcome.status == 0 else {
            let log = (try? String(contentsOfFile: layout.startLog, encoding: .utf8)) ?? ""
            throw ClusterError("pg_ctl \(arguments[0]) failed: \(outcome.output)\(log.suffix(1_000))")
        }
    }
}
