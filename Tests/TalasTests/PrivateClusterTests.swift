import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// The server with a database of its own, and the commands beside it.
struct PrivateClusterTests {
    private func variables(_ directory: TemporaryDirectory) -> [String: String] {
        ["DATA_DIR": directory.path + "/data", "UPLOAD_PATH": directory.path + "/uploads"]
    }

    @Test func commandsUseTheRunningServersDatabase() async throws {
        try await TestApp.run(databaseURL: nil) { app in
            let environment = variables(app.directory)
            let made = try await Program.talas(
                [
                    "user", "create", "--email", "root@example.org", "--username", "root", "--role", "super_admin",
                    "--password-stdin",
                ],
                environment: environment, input: "correct horse battery\n")
            #expect(made.status == 0, "\(made.errors)")
            let login = try await app.api(
                .POST, "/auth/login", ["email": "root@example.org", "password": "correct horse battery"])
            #expect(login.status == 200)
            let token = try #require((login.data as? [String: Any])?["access_token"] as? String)

            let reset = try await Program.talas(["user", "password", "root"], environment: environment)
            #expect(reset.status == 0, "\(reset.errors)")
            #expect(reset.text.contains("Password: "))
            #expect(try await app.api(.GET, "/auth/me", token: token).status == 401)

            let doctor = try await Program.talas(["doctor"], environment: environment)
            #expect(doctor.status == 0, "\(doctor.text)\(doctor.errors)")
            let status = try await Program.talas(["migrate", "status"], environment: environment)
            #expect(status.status == 0 && !status.text.contains("missing"))
            let garbage = try await Program.talas(["gc", "--dry-run"], environment: environment)
            #expect(garbage.status == 0, "\(garbage.errors)")
            let second = try await Program.talas(["serve"], environment: environment)
            #expect(second.status == 1)
            #expect(second.errors.contains("\(app.process.processIdentifier)"))
            #expect(try await app.request(.GET, "/readyz").status == 200)
        }
    }

    @Test func startsAgainAfterBeingKilled() async throws {
        let directory = try TemporaryDirectory()
        let first = try await TestApp.start(databaseURL: nil, in: directory)
        let account = try await first.signUp("ann")
        await first.process.killAtOnce()

        let second = try await TestApp.start(databaseURL: nil, in: directory)
        #expect(try await second.api(.GET, "/auth/me", token: account.accessToken).status == 200)
        #expect(await second.process.end() == 0)

        // Whoever stops it properly leaves no database running.
        let pidFile = "\(directory.path)/data/postgres/cluster/postmaster.pid"
        #expect(!FileManager.default.fileExists(atPath: pidFile))
        let third = try await TestApp.start(databaseURL: nil, in: directory)
        #expect(try await third.api(.GET, "/auth/me", token: account.accessToken).status == 200)
        await third.process.end()
    }

    @Test func refusesAStorageOfAnotherInstallation() async throws {
        let directory = try TemporaryDirectory()
        let app = try await TestApp.start(databaseURL: nil, in: directory)
        await app.process.end()
        try FileManager.default.removeItem(atPath: directory.path + "/uploads/installation-id")
        let program = try await Program.talas(
            ["serve"], environment: variables(directory).merging(["PORT": "0"]) { $1 })
        #expect(program.status == 1)
        #expect(program.errors.contains("another installation"))
    }

    @Test func wantsAMigratedDatabase() async throws {
        try await withTestDatabase(isMigrated: false) { database in
            let directory = try TemporaryDirectory()
            var environment = variables(directory)
            environment["DATABASE_URL"] = database.url
            environment["PORT"] = "0"
            environment["HOST"] = "127.0.0.1"
            let refused = try await Program.talas(["serve"], environment: environment)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("talas migrate up"))
            #expect(try await Program.talas(["migrate", "up"], environment: environment).status == 0)
            let app = try await TestApp.start(databaseURL: database.url, in: directory)
            #expect(try await app.request(.GET, "/readyz").status == 200)
            await app.process.end()
        }
    }
}
