import API
import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

/// Who may hear what, on every media route: answered out of memory, by the application, over TLS and on another node of
/// the same database, the answer is the same, and what ends a permission ends it everywhere.
struct MediaPermissionTests {
    /// Two nodes that share database and storage, and one of them over TLS.
    private struct Nodes {
        let first: TestApp
        let second: TestApp
        let encrypted: TestApp
        let database: Database

        func end() async {
            for node in [first, second, encrypted] { await node.process.end() }
            await database.close()
        }

        /// The status of a range of `path` on each node, in turn.
        func statuses(_ path: String, token: String? = nil) async throws -> [Int] {
            var statuses: [Int] = []
            for node in [first, second] {
                let answer = try await node.request(.GET, path, headers: ["Range": "bytes=0-99"], token: token)
                statuses.append(answer.status)
            }
            let header = token.map { ["-H", "Authorization: Bearer \($0)"] } ?? []
            let curl = try await Program.run(
                "curl",
                ["-sk", "-o", "/dev/null", "-w", "%{http_code}", "-r", "0-99"] + header + [encrypted.url + path])
            return statuses + [Int(curl.text) ?? 0]
        }
    }

    private static func run(_ body: (Nodes) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let certificate = ["\(directory.path)/certificate.pem", "\(directory.path)/key.pem"]
        let made = try await Program.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-out", certificate[0], "-keyout", certificate[1],
            ])
        guard made.status == 0 else { throw TestFailure(made.errors) }
        try TestUser.take(certificate[1])
        try await withTestDatabase { test in
            func start(_ name: String, _ environment: [String: String] = [:]) async throws -> TestApp {
                var shared = [
                    "JWT_SECRET": "a secret of tests, thirty-two bytes or more",
                    "UPLOAD_PATH": directory.path + "/uploads", "DATA_DIR": "\(directory.path)/\(name)",
                    "DATABASE_MAX_CONNECTIONS": "5",
                ]
                shared.merge(environment) { _, new in new }
                return try await TestApp.start(databaseURL: test.url, environment: shared, in: directory)
            }
            let nodes = Nodes(
                first: try await start("first"), second: try await start("second"),
                encrypted: try await start("encrypted", ["TLS_CERT": certificate[0], "TLS_KEY": certificate[1]]),
                database: Database(test.settings, logger: quietLogger))
            do {
                try await body(nodes)
                await nodes.end()
            } catch {
                await nodes.end()
                throw error
            }
        }
    }

    /// Every form of a track's media, opened by these queries.
    private static func routes(_ id: Int, audio: String, waveform: String) -> [String] {
        [
            "/uploads/tracks/\(id).wav?\(audio)", "/uploads/tracks/\(id).mp3?\(audio)",
            "/api/v1/tracks/\(id)/stream?\(audio)", "/api/v1/tracks/\(id)/stream?\(audio)&format=opus&bitrate=64",
            "/uploads/waveforms/\(id).png?\(waveform)", "/uploads/waveforms/\(id).json?\(waveform)",
        ]
    }

    private static func routes(_ id: Int, for token: String, _ nodes: Nodes) async throws -> [String] {
        let track = try await nodes.first.track(id, token: token)
        func query(_ name: String) -> String {
            (track[name] as? String)?.split(separator: "?").last.map(String.init) ?? ""
        }
        return routes(id, audio: query("file_url"), waveform: query("waveform_url"))
    }

    /// Asks for all again and again until they are `expected` on every node. What was ended may go on for less than a
    /// second; a busy machine is given longer.
    private static func expect(
        _ expected: Set<Int>, _ routes: [String], _ nodes: Nodes, _ what: Comment
    ) async throws {
        let start = ContinuousClock.now
        var wrong: [String] = routes
        while true {
            var left: [String] = []
            for route in wrong {
                let statuses = try await nodes.statuses(route)
                if !statuses.allSatisfy(expected.contains) { left.append(route) }
            }
            wrong = left
            guard !wrong.isEmpty, start.duration(to: .now) < .seconds(10) else { break }
        }
        #expect(wrong == [], what)
        // Once ended it stays so.
        for route in routes { #expect(try await nodes.statuses(route).allSatisfy(expected.contains), what) }
    }

    /// Has every audio route answered out of memory on the plain nodes.
    private static func heat(_ routes: [String], _ nodes: Nodes) async throws {
        for node in [nodes.first, nodes.second] {
            for route in routes where !route.contains("waveforms") {
                var isHot = false
                for _ in 0..<100 where !isHot {
                    let before = try await hotAnswers(node)
                    let answer = try await node.request(.GET, route, headers: ["Range": "bytes=0-99"])
                    try #require(answer.status == 206, "\(route): \(answer)")
                    isHot = try await hotAnswers(node) > before
                }
                #expect(isHot, "\(route)")
            }
        }
    }

    private static func hotAnswers(_ app: TestApp) async throws -> Int {
        let text = String(decoding: try await app.request(.GET, "/metrics").body, as: UTF8.self)
        return text.split(separator: "\n").filter { $0.hasPrefix("http_hot_answers_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map { Int($0) }.reduce(0, +)
    }

    @Test func areTheSameHotAndColdAndEndEverywhere() async throws {
        try await Self.run { nodes in
            let ann = try await nodes.first.signUp("ann")
            let upload = try await nodes.first.upload(
                Fixture.noise(seconds: 2, seed: 61), named: "a.wav", token: ann.accessToken)
            let id = try #require((upload.data as? [String: Any])?["id"] as? Int)
            _ = try await nodes.first.settledTrack(id, token: ann.accessToken)
            let good: Set<Int> = [200, 206]
            let own = try await Self.routes(id, for: ann.accessToken, nodes)

            // Before anything is hot, and while everything is.
            for isHot in [false, true] {
                if isHot { try await Self.heat(own, nodes) }
                let state: Comment = isHot ? "hot" : "cold"
                for route in own {
                    #expect(try await nodes.statuses(route).allSatisfy(good.contains), state)
                    let bare = String(route.prefix { $0 != "?" })
                    #expect(try await nodes.statuses(bare) == [401, 401, 401], state)
                    #expect(
                        try await nodes.statuses(bare, token: ann.accessToken).allSatisfy(good.contains), state)
                    for (part, other) in [("&s=", "&s=A"), ("?u=\(ann.id)&", "?u=99&"), ("&e=", "&e=1")] {
                        let forged = route.replacing(part, with: other)
                        #expect(try await nodes.statuses(forged) == [401, 401, 401], "\(forged) \(state)")
                    }
                }
            }
            try await strangers(id, ann, nodes)
            try await signatures(id, ann, nodes)

            let deleted = try await Self.routes(id, for: ann.accessToken, nodes)
            try await Self.heat(deleted, nodes)
            _ = try await nodes.second.api(.DELETE, "/tracks/\(id)", token: ann.accessToken)
            try await Self.expect([404], deleted, nodes, "deleted")
        }
    }

    /// What ends what others may hear: their own credentials, a ban of either side, privacy.
    private func strangers(_ id: Int, _ ann: TestAccount, _ nodes: Nodes) async throws {
        let administration = AccountAdministration(nodes.database)
        let bob = try await nodes.first.signUp("bob")
        let routes = try await Self.routes(id, for: bob.accessToken, nodes)

        try await Self.heat(routes, nodes)
        try await administration.setStatus(accountID: bob.id, .banned)
        try await Self.expect([403], routes, nodes, "banned")
        try await administration.setStatus(accountID: bob.id, .active)
        try await Self.expect([200, 206], routes, nodes, "no longer banned")

        try await Self.heat(routes, nodes)
        try await administration.setStatus(accountID: ann.id, .banned)
        try await Self.expect([404], routes, nodes, "uploader banned")
        try await administration.setStatus(accountID: ann.id, .active)

        try await Self.heat(routes, nodes)
        _ = try await nodes.first.api(.PUT, "/tracks/\(id)", ["visibility": "private"], token: ann.accessToken)
        try await Self.expect([404], routes, nodes, "private")
        _ = try await nodes.first.api(.PUT, "/tracks/\(id)", ["visibility": "public"], token: ann.accessToken)

        try await Self.heat(routes, nodes)
        _ = try await nodes.first.api(.POST, "/auth/logout", token: bob.accessToken)
        // The node that ended it needs no second.
        for route in routes { #expect(try await nodes.first.request(.GET, route).status == 401) }
        try await Self.expect([401], routes, nodes, "logged out")
    }

    /// A signature that runs out opens nothing, hot or not.
    private func signatures(_ id: Int, _ ann: TestAccount, _ nodes: Nodes) async throws {
        let keys = KeyRing(secret: Secret("a secret of tests, thirty-two bytes or more"))
        let session = try #require(
            try await nodes.database.row("SELECT max(id) AS id FROM sessions WHERE user_id = $1", ann.id) {
                row throws(PostgresError) -> Int in try row.decode("id")
            })
        func routes(now: Date) -> [String] {
            let signer = URLSigner(key: keys.key(for: .signedURLs), lifetimeSeconds: 4)
            func query(_ variant: String) -> String {
                signer.query(
                    resource: "tracks/\(id)", variant: variant, userID: ann.id, credential: .session(session), now: now)
            }
            return Self.routes(id, audio: query("audio"), waveform: query("waveform"))
        }
        for route in routes(now: Date(timeIntervalSinceNow: -10)) {
            #expect(try await nodes.statuses(route) == [401, 401, 401], "expired before it was used")
        }
        let short = routes(now: Date())
        _ = try await nodes.statuses(short[0])
        try await Self.expect([401], short, nodes, "expired in use")
    }
}
