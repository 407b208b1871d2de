import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// What root starts is not root's for long. Only root can try it.
@Suite(.enabled(if: geteuid() == 0)) struct RootTests {
    /// The capability to bind ports below 1024 (capabilities(7)), as `/proc` writes it.
    private static let bindsPorts = "0000000000000400"

    /// A line of `/proc/PROCESS/status`.
    private func status(_ process: Int32, _ field: String) throws -> [Substring] {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(field):") })
        return line.dropFirst(field.count + 1).split(whereSeparator: \.isWhitespace)
    }

    private func owner(of path: String) throws -> String? {
        try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountName] as? String
    }

    private func isAnybodysButRoot(_ process: Int32) throws -> Bool {
        try status(process, "Uid").allSatisfy { $0 != "0" } && status(process, "Gid").allSatisfy { $0 != "0" }
    }

    @Test func becomesAnotherUserWithAllItHas() async throws {
        let directory = try TemporaryDirectory()
        for folder in ["data", "uploads"] {
            try FileManager.default.createDirectory(
                atPath: "\(directory.path)/\(folder)", withIntermediateDirectories: true)
        }
        let environment = [
            "RUN_AS": "nobody", "ENVIRONMENT": "production", "JWT_SECRET": String(repeating: "s", count: 40),
        ]
        let app = try await TestApp.start(databaseURL: nil, environment: environment, in: directory)
        let server = app.process.processIdentifier
        #expect(try isAnybodysButRoot(server))
        for set in ["CapEff", "CapPrm"] { #expect(try status(server, set) == [Substring(Self.bindsPorts)]) }

        let account = try await app.signUp("ann")
        let track = try await app.upload(try Fixture.data("sine-440hz-2s-stereo-48k.flac"), token: account.accessToken)
        #expect(track.status == 201, "\(track)")
        let workers = app.process.workers
        #expect(!workers.isEmpty)
        for worker in workers {
            #expect(try isAnybodysButRoot(worker))
            #expect(try status(worker, "CapPrm").allSatisfy { $0.allSatisfy { $0 == "0" } })
        }
        let note = try String(
            contentsOfFile: "\(directory.path)/data/postgres/cluster/postmaster.pid", encoding: .utf8)
        let database = try #require(note.split(separator: "\n").first.flatMap { Int32($0) })
        #expect(try isAnybodysButRoot(database))

        // Commands of root's do not get between.
        let variables = environment.merging([
            "DATA_DIR": "\(directory.path)/data", "UPLOAD_PATH": "\(directory.path)/uploads",
            "INTERNAL_DOCS_PATH": "\(directory.path)/internal_docs",
        ]) { _, new in new }
        let doctor = try await Program.talas(["doctor"], environment: variables)
        #expect(doctor.status == 0, "\(doctor.text)\(doctor.errors)")
        for path in FileManager.default.subpaths(atPath: directory.path) ?? [] {
            guard let owner = try? owner(of: "\(directory.path)/\(path)") else { continue }
            #expect(owner == "nobody", "\(path)")
        }
        #expect(await app.process.end() == 0)
    }

    @Test func whatRootMadeBeforeIsHandedOver() async throws {
        let directory = try TemporaryDirectory()
        let first = try await TestApp.start(
            databaseURL: nil, environment: ["RUN_AS": "postgres"], in: directory)
        let account = try await first.signUp("ann")
        await first.process.end()
        for folder in ["uploads", "internal_docs"] {
            for path in [""] + (FileManager.default.subpaths(atPath: "\(directory.path)/\(folder)") ?? []) {
                #expect(lchown("\(directory.path)/\(folder)/\(path)", 0, 0) == 0)
            }
        }
        // By a link to the folder as well, and without what somebody else keeps there.
        let link = "\(directory.path)/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "\(directory.path)/uploads")
        let letter = "\(directory.path)/uploads/letter.txt"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: letter))
        let second = try await TestApp.start(
            databaseURL: nil, environment: ["RUN_AS": "postgres", "UPLOAD_PATH": link], in: directory)
        #expect(try await second.api(.GET, "/auth/me", token: account.accessToken).status == 200)
        #expect(try owner(of: "\(directory.path)/uploads/installation-id") == "postgres")
        #expect(try owner(of: letter) == "root")
        await second.process.end()
    }

    @Test func foldersOfOthersAreNotTaken() async throws {
        let directory = try TemporaryDirectory()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: directory.path).appending(path: "letter.txt"))
        let variables = [
            "DATA_DIR": "\(directory.path)/data", "UPLOAD_PATH": directory.path, "RUN_AS": "nobody",
            "ENVIRONMENT": "production", "JWT_SECRET": String(repeating: "s", count: 40), "PORT": "0",
        ]
        let refused = try await Program.talas(["serve"], environment: variables)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("belongs to root and holds what is not of Talas"), "\(refused.errors)")
        #expect(try owner(of: "\(directory.path)/letter.txt") == "root")

        let nobody = try await Program.talas(
            ["serve"], environment: variables.merging(["RUN_AS": "nobody-at-all"]) { _, new in new })
        #expect(nobody.status == 1)
        #expect(nobody.errors.contains("There is no user nobody-at-all"), "\(nobody.errors)")
    }

    @Test func closedWaysAreSaidInDevelopment() async throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
        try await withTestDatabase { database in
            let app = try await TestApp.start(
                databaseURL: database.url, environment: ["RUN_AS": "nobody", "ENVIRONMENT": "development"],
                in: directory)
            #expect(try status(app.process.processIdentifier, "Uid").first == "0")
            await app.process.end()
            #expect(app.process.standardError.contains("stays root"), "\(app.process.standardError)")
        }
    }
}
