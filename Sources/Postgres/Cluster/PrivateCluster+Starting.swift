import Foundation
import Glibc
import Logging

extension PrivateCluster {
    func checkReachable(_ owner: ClusterOwner) async throws {
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

    func checkOwner(_ owner: ClusterOwner) throws(ClusterError) {
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
    func create(_ installation: Installation, _ owner: ClusterOwner) async throws {
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
    func ensureRunning(_ installation: Installation, _ owner: ClusterOwner) async throws -> String {
        if layout.serverProcess != nil, let directory = layout.runningSocketDirectory {
            logger.info("Private database was running already")
            return directory
        }
        let socketDirectory = try layout.socketDirectory(owner)
        let wasKilled = layout.serverNoteProcess != nil
        if wasKilled { layout.removeNotes(socketDirectory) }
        try owner.write(configuration(socketDirectory), to: layout.configuration)
        try await launch(installation, owner, wasKilled: wasKilled)
        logger.info("Private database started")
        return socketDirectory
    }

    /// Starts the server; after one was killed, again and again for a while, until the last of its processes has gone
    /// and left the shared memory.
    private func launch(_ installation: Installation, _ owner: ClusterOwner, wasKilled: Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            do {
                return try await control(["start", "-l", layout.startLog], installation, owner)
            } catch let error as ClusterError {
                guard wasKilled, ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
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
    func control(
        _ arguments: [String], _ installation: Installation, _ owner: ClusterOwner
    ) async throws {
        let outcome = try await Command(owner: owner).run(
            installation.program("pg_ctl"),
            arguments + ["-D", layout.data, "-w", "-t", "\(Self.patienceSeconds)"])
        guard outcome.status == 0 else {
            throw ClusterError(
                "pg_ctl \(arguments[0]) failed: \(outcome.output)\(layout.lastLogLines) See \(layout.logDirectory).")
        }
    }
}
