import Foundation
import Glibc
import TestSupport
import Testing

@testable import Postgres

/// Each test has a cluster of its own, apart from the one all others share.
@Suite struct PrivateClusterTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = "/tmp/talas-cluster-\(UUID().uuidString.prefix(8))"
        defer {
            // Whatever a failed test left running.
            if let process = cluster(directory).layout.serverProcess { kill(process, SIGQUIT) }
            try? FileManager.default.removeItem(atPath: directory)
        }
        try await body(directory)
    }

    private func cluster(_ directory: String) -> PrivateCluster {
        PrivateCluster(dataDirectory: directory, logger: quietLogger)
    }

    @discardableResult
    private func withClient<T>(_ url: String, _ body: (Database) async throws -> T) async throws -> T {
        let database = Database(
            DatabaseSettings(url: url, acquireTimeoutMilliseconds: 5_000), logger: quietLogger)
        let value = try await body(database)
        await database.close()
        return value
    }

    @Test func isSafeAndKeepsItsDataOverARestart() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            try await withClient(cluster.start()) { database async throws in
                for (setting, value) in [
                    ("fsync", "on"), ("data_checksums", "on"), ("listen_addresses", ""), ("server_encoding", "UTF8"),
                    ("password_encryption", "scram-sha-256"), ("unix_socket_permissions", "0700"), ("TimeZone", "UTC"),
                ] {
                    #expect(try await text("SELECT current_setting('\(setting)')", in: database) == value, "\(setting)")
                }
                #expect(
                    try await text("SELECT datcollate FROM pg_database WHERE datname = 'talas'", in: database)
                        == "C.UTF-8")
                try await database.execute("CREATE TABLE kept AS SELECT 7 AS n")
            }
            let modes = try [cluster.layout.passwordFile, cluster.layout.data].map {
                try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
            }
            #expect(modes == [0o600, 0o700])
            await cluster.stop()
            #expect(cluster.layout.serverProcess == nil)
            let kept = try await withClient(cluster.start()) { try await integer("SELECT n FROM kept", in: $0) }
            #expect(kept == 7)
            await cluster.stop()
        }
    }

    @Test func isStartedAgainWhenItWasKilled() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            #expect(try await !cluster.restartIfEnded())
            try await withClient(cluster.start()) { database async throws in
                try await database.execute("CREATE TABLE kept AS SELECT 7 AS n")
                #expect(try await !cluster.restartIfEnded())
                let killed = try #require(cluster.layout.serverProcess)
                kill(killed, SIGKILL)
                while cluster.layout.serverProcess != nil { await Task.yield() }
                #expect(try await cluster.restartIfEnded())
                #expect(cluster.layout.serverProcess != killed)
                // The same client finds it where it was.
                #expect(try await integer("SELECT n FROM kept", in: database) == 7)
            }
            await cluster.stop()
            #expect(try await !cluster.restartIfEnded())
        }
    }

    @Test func thePasswordIsNeeded() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            let url = try await cluster.start()
            let error = await failure {
                try await withClient(url + " passfile=/dev/null") { try await $0.execute("SELECT 1") }
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("password") == true)
            await cluster.stop()
        }
    }

    @Test func theLastUserStopsIt() async throws {
        try await withDirectory { directory async throws in
            let server = cluster(directory)
            let command = cluster(directory)
            async let first = server.start()
            async let second = command.start()
            let urls = try await [first, second]
            #expect(urls[0] == urls[1])
            let process = server.layout.serverProcess
            await command.stop()
            #expect(server.layout.serverProcess == process && process != nil)
            await server.stop()
            #expect(server.layout.serverProcess == nil)
        }
    }

    @Test func aServerThatOutlivedItsProgramIsTakenOver() async throws {
        try await withDirectory { directory async throws in
            var killed: PrivateCluster? = cluster(directory)
            _ = try await killed?.start()
            let process = killed?.layout.serverProcess
            // Goes without stopping, as the kernel lets go of a killed program's locks.
            killed = nil
            let next = cluster(directory)
            try await withClient(next.start()) { try await $0.execute("SELECT 1") }
            #expect(next.layout.serverProcess == process)
            await next.stop()
            #expect(next.layout.serverProcess == nil)
        }
    }

    @Test func aKilledServerComesBackAndSoDoItsClients() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            try await withClient(cluster.start()) { database async throws in
                try await database.execute("CREATE TABLE kept AS SELECT 7 AS n")
                var heard = database.notifications(on: "a").makeAsyncIterator()
                #expect(await heard.following() == .reconnected)
                async let lost = failure { try await database.pooled.execute("SELECT pg_sleep(600)") }
                try await waitUntil(
                    "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'", in: database)
                let process = try #require(cluster.layout.serverProcess)
                kill(process, SIGKILL)
                #expect(await lost?.code == .connectionLost)
                // The first may still have been sent; then nothing can be.
                _ = await failure { try await database.execute("SELECT 1") }
                #expect(await failure { try await database.execute("SELECT 1") }?.code == .unavailable)
                #expect(FileManager.default.fileExists(atPath: cluster.layout.serverNote))

                _ = try await self.cluster(directory).start()
                while await failure({ try await database.execute("SELECT 1") }) != nil { await Task.yield() }
                #expect(try await integer("SELECT n FROM kept", in: database) == 7)
                #expect(await heard.following() == .reconnected)
                #expect(try await database.transaction { try await integer("SELECT n FROM kept", in: $0) } == 7)
            }
            await cluster.stop()
        }
    }

    @Test func aStaleNoteThatNamesALiveProcessIsNoObstacle() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            _ = try await cluster.start()
            await cluster.stop()
            try "\(getpid())\n\(cluster.layout.data)\n".write(
                toFile: cluster.layout.serverNote, atomically: true, encoding: .utf8)
            #expect(cluster.layout.serverProcess == nil)
            try await withClient(cluster.start()) { try await $0.execute("SELECT 1") }
            await cluster.stop()
        }
    }

    @Test func anUnfinishedClusterIsMadeAnew() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            try FileManager.default.createDirectory(
                atPath: cluster.layout.unfinishedData, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
            try "15".write(toFile: cluster.layout.unfinishedData + "/PG_VERSION", atomically: true, encoding: .utf8)
            if let owner = try? ClusterOwner.current() { chown(cluster.layout.root, owner.userID, owner.groupID) }
            try await withClient(cluster.start()) { try await $0.execute("SELECT 1") }
            await cluster.stop()
        }
    }

    @Test func anotherVersionStopsTheStartWithTheCommandToRun() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            try FileManager.default.createDirectory(
                atPath: cluster.layout.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            if let owner = try? ClusterOwner.current() { chown(cluster.layout.root, owner.userID, owner.groupID) }
            try "9\n".write(toFile: cluster.layout.data + "/PG_VERSION", atomically: true, encoding: .utf8)
            let error = await #expect(throws: ClusterError.self) { try await cluster.start() }
            #expect(error?.description.contains("apt-get install postgresql-9") == true)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func anotherOwnerStopsTheStartWithTheCommandToRun() async throws {
        try await withDirectory { directory async throws in
            let cluster = cluster(directory)
            _ = try await cluster.start()
            await cluster.stop()
            chown(cluster.layout.data, 12_345, 12_345)
            let error = await #expect(throws: ClusterError.self) { try await cluster.start() }
            #expect(error?.description.contains("chown -R") == true)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root runs the server as another user"))
    func aDirectoryTheServersUserCannotReachIsNamed() async throws {
        try await withDirectory { directory async throws in
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let error = await #expect(throws: ClusterError.self) { try await cluster(directory + "/data").start() }
            #expect(error?.description.contains("DATA_DIR") == true)
        }
    }
}
