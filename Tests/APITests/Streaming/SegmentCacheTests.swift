import Foundation
import NIOHTTP1
import Postgres
import TestSupport
import Testing

@Suite struct SegmentCacheTests {
    private static let secret = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]

    /// A server in `directory`, which stays; an administrator, and a track of theirs.
    private static func serve(
        _ database: TestDatabase, in directory: TemporaryDirectory, environment: [String: String] = [:],
        _ body: (TestApp) async throws -> Void
    ) async throws {
        let app = try await TestApp.start(
            databaseURL: database.url, environment: secret.merging(environment) { _, new in new }, in: directory)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(app)) } catch { outcome = .failure(error) }
        await app.process.end()
        try outcome.get()
    }

    private static func administrator(_ app: TestApp, _ database: TestDatabase) async throws -> String {
        let ann = try await app.signUp("ann")
        let client = Database(database.settings, logger: quietLogger)
        _ = try await client.execute("UPDATE users SET role = 'admin' WHERE username = 'ann'")
        await client.close()
        let login = try await app.api(.POST, "/auth/login", ["email": ann.email, "password": ann.password])
        return try #require((login.data as? [String: Any])?["access_token"] as? String)
    }

    private static func ready(_ app: TestApp, _ token: String, seconds: Double) async throws -> Int {
        let upload = try await app.upload(Fixture.noise(seconds: seconds, seed: 41), token: token)
        let id = try #require((upload.data as? [String: Any])?["id"] as? Int)
        _ = try await app.settledTrack(id, token: token)
        return id
    }

    private static func cache(_ app: TestApp, _ token: String) async throws -> [String: Any] {
        let answer = try await app.api(.GET, "/admin/media/cache", token: token)
        return try #require(answer.data as? [String: Any])
    }

    private static func tier(_ name: String, _ cache: [String: Any]) -> [String: Int] {
        cache[name] as? [String: Int] ?? [:]
    }

    /// Waits until a tier has so many segments: they are kept behind the answers.
    private static func settle(_ app: TestApp, _ token: String, _ name: String, segments: Int) async throws {
        while true {
            let cache = try await cache(app, token)
            if tier(name, cache)["segments"] ?? 0 >= segments { return }
        }
    }

    @Test func segmentsOutliveTheServerAndDamageIsMadeGood() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let folder = directory.path + "/data/cache/segments"
            var whole = Data()
            var path = ""
            try await Self.serve(database, in: directory) { app in
                let token = try await Self.administrator(app, database)
                let id = try await Self.ready(app, token, seconds: 20)
                path = "/api/v1/tracks/\(id)/stream?format=opus&bitrate=64"
                whole = try await app.request(.GET, path, token: token).body
                try await Self.settle(app, token, "disk", segments: 11)
            }
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains("opus") }
            #expect(files.count == 11)
            let torn = try #require(files.sorted().first)
            try FileHandle(forWritingTo: URL(filePath: "\(folder)/\(torn)")).truncate(atOffset: 500)
            try await Self.serve(database, in: directory) { app in
                let login = try await app.api(
                    .POST, "/auth/login", ["email": "ann@example.org", "password": "correct horse ann"])
                let token = try #require((login.data as? [String: Any])?["access_token"] as? String)
                #expect(try await app.request(.GET, path, token: token).body == whole)
                try await Self.settle(app, token, "memory", segments: 11)
                let cache = try await Self.cache(app, token)
                #expect(cache["misses"] as? Int == 1)
                #expect((cache["hits"] as? Int ?? 0) >= 2)
                // Thrown away, and made again the same.
                #expect(try await app.api(.DELETE, "/admin/media/cache", token: token).status == 200)
                let empty = try await Self.cache(app, token)
                #expect(Self.tier("memory", empty)["segments"] == 0)
                #expect(Self.tier("disk", empty)["segments"] == 0)
                #expect(try await app.request(.GET, path, token: token).body == whole)
                #expect(try await Self.cache(app, token)["misses"] as? Int == 12)
            }
        }
    }

    @Test func aFullDiskServesOn() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            // The folder of the cache is a file: nothing can be written there.
            try await Self.serve(database, in: directory, environment: ["SEGMENT_CACHE_MEMORY": "0"]) { app in
                let token = try await Self.administrator(app, database)
                let id = try await Self.ready(app, token, seconds: 2)
                let folder = directory.path + "/data/cache/segments/tmp"
                try FileManager.default.removeItem(atPath: folder)
                try Data().write(to: URL(filePath: folder))
                let path = "/api/v1/tracks/\(id)/stream?format=mp3"
                let first = try await app.request(.GET, path, token: token)
                #expect(first.status == 200)
                #expect(try await app.request(.GET, path, token: token).body == first.body)
                let cache = try await Self.cache(app, token)
                #expect(Self.tier("disk", cache)["segments"] == 0)
            }
        }
    }

    @Test func onlyAdministratorsSeeIt() async throws {
        try await TracksApp.run { test in
            for (token, status) in [(nil, 401), (test.bob.accessToken, 403)] {
                for method in [HTTPMethod.GET, .DELETE] {
                    let answer = try await test.app.api(method, "/admin/media/cache", token: token)
                    #expect(answer.status == status, "\(method)")
                }
            }
        }
    }
}
