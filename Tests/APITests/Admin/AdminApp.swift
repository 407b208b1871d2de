import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport

@testable import API

/// The running program with an account of each role, and a client of its database.
struct AdminApp {
    let app: TestApp
    let database: Database
    let databaseURL: String
    let user, moderator, admin, root: TestAccount

    static let environment = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]

    static func run(_ body: (AdminApp) async throws -> Void) async throws {
        try await withTestDatabase { test in
            let database = Database(test.settings, logger: quietLogger)
            let outcome: Result<Void, any Error>
            do {
                try await TestApp.run(databaseURL: test.url, environment: environment) { app in
                    func join(_ name: String, _ role: Role) async throws -> TestAccount {
                        let account = try await app.signUp(name)
                        try await database.execute("UPDATE users SET role = $2 WHERE id = $1", account.id, role)
                        return account
                    }
                    try await body(
                        AdminApp(
                            app: app, database: database, databaseURL: test.url, user: try await join("ursula", .user),
                            moderator: try await join("moses", .moderator), admin: try await join("ada", .admin),
                            root: try await join("ruth", .superAdmin)))
                }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await database.close()
            try outcome.get()
        }
    }

    func change(
        _ target: Int, _ change: [String: any Sendable], by account: TestAccount
    ) async throws -> TestResponse {
        try await app.api(.PUT, "/admin/users/\(target)", change, token: account.accessToken)
    }

    /// Further accounts of a role.
    func join(_ name: String, _ role: Role) async throws -> TestAccount {
        let account = try await app.signUp(name)
        try await database.execute("UPDATE users SET role = $2 WHERE id = $1", account.id, role)
        return account
    }

    /// The rows of the audit log, newest first.
    func audit(_ query: String = "") async throws -> [[String: Any]] {
        let response = try await app.api(.GET, "/admin/audit\(query)", token: admin.accessToken)
        guard response.status == 200, let rows = response.data as? [[String: Any]] else {
            throw TestFailure("GET /admin/audit\(query) answered \(response)")
        }
        return rows
    }

    /// A public track without content.
    func insertTrack(
        by account: TestAccount, title: String, artist: String? = nil, description: String = "",
        visibility: String = "public", tags: [String] = []
    ) async throws -> Int {
        let digest = (0..<4).map { _ in String(UInt64.random(in: 1 << 60 ... .max), radix: 16) }.joined()
        let id: Int? = try await database.row(
            """
            WITH blob AS (INSERT INTO blobs (sha256, size) VALUES ($6, 10) RETURNING sha256)
            INSERT INTO tracks (user_id, title, artist, description, visibility, share_key, status, sha256, size,
              media_type, file_extension, container, codec, sample_rate, channels)
            SELECT $1, $2, $3, $4, $5, repeat('0', 32), 'ready', sha256, 10, 'audio/flac', 'flac', 'flac', 'flac', 44100, 2
            FROM blob RETURNING id
            """, account.id, title, artist, description, visibility, digest
        ) { row throws(PostgresError) in try row.decode("id") }
        guard let id else { throw TestFailure("No track was inserted.") }
        for (position, tag) in tags.enumerated() {
            try await database.execute("INSERT INTO tags (name) VALUES ($1) ON CONFLICT DO NOTHING", tag)
            try await database.execute(
                "INSERT INTO track_tags SELECT $1, id, $3::int FROM tags WHERE name = $2", id, tag, position)
        }
        return id
    }
}

/// The members of an object of a response.
func members(_ value: Any?) -> [String: Any] { value as? [String: Any] ?? [:] }
