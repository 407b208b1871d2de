import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// `talas import`, beside a running server and without one.
struct ImportCommandTests {
    private let names = [
        "sine-440hz-1s-stereo-44.1k-cover.mp3", "sine-440hz-0.5s-stereo-44.1k.wv",
        "sine-440hz-1s-stereo-44.1k-tags.ogg",
    ]

    /// A folder with three tracks, one of them twice, and what is none.
    private func library() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        let deep = "\(folder.path)/a/deep"
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        for (name, place) in zip(names, [folder.path, "\(folder.path)/a", deep]) {
            try FileManager.default.copyItem(atPath: Fixture.path(name), toPath: "\(place)/\(name)")
        }
        try FileManager.default.copyItem(atPath: Fixture.path(names[0]), toPath: "\(deep)/again.mp3")
        try Data("No music.".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/notes.txt"))
        try Data("Hidden.".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/.notes.txt"))
        try FileManager.default.createSymbolicLink(atPath: "\(deep)/loop", withDestinationPath: folder.path)
        return folder
    }

    @Test func addsOnceBesideARunningServer() async throws {
        try await withTestDatabase { database in
            let secret = ["JWT_SECRET": String(repeating: "s", count: 32)]
            try await TestApp.run(databaseURL: database.url, environment: secret) { app in
                let ann = try await app.signUp("Ann")
                let folder = try library()
                let environment = [
                    "DATABASE_URL": database.url, "DATA_DIR": app.directory.path + "/data",
                    "UPLOAD_PATH": app.directory.path + "/uploads",
                ]
                func run(_ options: String...) async throws -> Program {
                    try await Program.talas(
                        ["import", folder.path, "--user", "ann"] + options, environment: environment)
                }
                let dry = try await run("--dry-run")
                #expect(dry.status == 0, "\(dry.errors)")
                #expect(dry.text.contains("Would add 3 tracks; 1 were there already, 1 files are no audio, 0 failed."))
                #expect(try await tracks(app, ann).isEmpty)

                let first = try await run("--visibility", "unlisted")
                #expect(first.status == 0, "\(first.errors)")
                #expect(first.text.contains("Added 3 tracks; 1 were there already, 1 files are no audio, 0 failed."))
                #expect(first.text.contains("\(folder.path)/notes.txt: "))
                #expect(try await run().text.contains("Added 0 tracks; 4 were there already"))

                let tracks = try await tracks(app, ann)
                #expect(tracks.count == 3)
                #expect(tracks.filter { $0["title"] as? String == "Étude n° 1 · 音" }.count == 2)
                for track in tracks {
                    #expect(track["visibility"] as? String == "unlisted")
                    let settled = try await app.settledTrack(
                        try #require(track["id"] as? Int), token: ann.accessToken)
                    #expect(settled["status"] as? String == "ready")
                }
            }
        }
    }

    @Test func worksWithoutAServerWhichThenReadsIn() async throws {
        let directory = try TemporaryDirectory()
        var app = try await TestApp.start(databaseURL: nil, in: directory)
        let ann = try await app.signUp("ann")
        await app.process.end()
        let folder = try library()
        let environment = ["DATA_DIR": directory.path + "/data", "UPLOAD_PATH": directory.path + "/uploads"]
        let done = try await Program.talas(["import", folder.path, "--user", "ann"], environment: environment)
        #expect(done.status == 0, "\(done.errors)")
        app = try await TestApp.start(databaseURL: nil, in: directory)
        for track in try await tracks(app, ann) {
            let settled = try await app.settledTrack(try #require(track["id"] as? Int), token: ann.accessToken)
            #expect(settled["status"] as? String == "ready")
        }
        #expect(try await tracks(app, ann).count == 3)
        await app.process.end()
    }

    @Test func saysWhatItCannotDo() async throws {
        try await withTestDatabase { database in
            let folder = try library()
            let data = try TemporaryDirectory()
            var environment = [
                "DATABASE_URL": database.url, "DATA_DIR": data.path + "/data", "UPLOAD_PATH": data.path + "/uploads",
            ]
            func run(_ arguments: String...) async throws -> Program {
                try await Program.talas(["import"] + arguments, environment: environment)
            }
            let nobody = try await run(folder.path, "--user", "nobody")
            #expect(nobody.status == 1 && nobody.errors == "talas: There is no account named nobody.\n")
            #expect(try await run("/nonexistent", "--user", "ann").status == 1)
            #expect(try await run(folder.path, "--user", "ann", "--visibility", "secret").status == 2)
            #expect(try await run(folder.path).status == 2)
            let made = try await Program.talas(
                ["user", "create", "--email", "a@example.org", "--username", "ann", "--password-stdin"],
                environment: environment, input: "correct horse battery\n")
            #expect(made.status == 0, "\(made.errors)")
            // A fault of the machine, of one file: the others go in, and it is told.
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/gone.wav", withDestinationPath: "/nonexistent/gone.wav")
            let partly = try await run(folder.path, "--user", "ann")
            #expect(partly.status == 1)
            #expect(partly.text.contains("Failed: \(folder.path)/gone.wav: "))
            #expect(partly.text.contains("Added 3 tracks; 1 were there already, 1 files are no audio, 1 failed."))
            environment["USER_QUOTA_BYTES"] = "1"
            try Data(Fixture.noise(seconds: 0.1, seed: 1)).write(to: URL(fileURLWithPath: "\(folder.path)/new.wav"))
            let full = try await run(folder.path, "--user", "ann")
            #expect(full.status == 1 && full.text.contains("Added 0 tracks; 4 were there already"), "\(full.text)")
        }
    }

    private func tracks(_ app: TestApp, _ account: TestAccount) async throws -> [[String: Any]] {
        let list = try await app.api(.GET, "/tracks?limit=100", token: account.accessToken)
        return list.data as? [[String: Any]] ?? []
    }
}
