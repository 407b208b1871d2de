import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport

@testable import API

/// A running server with everybody who asks in the matrix.
struct PermissionScene: Sendable {
    /// An account with a session.
    struct Person: Sendable {
        let id: Int
        let email: String
        let accessToken: String
        let refreshToken: String
    }

    static let password = "a long passphrase"

    let app: TestApp
    let database: Database
    let people: [Asker: Person]
    /// A private track with sound, waveform and cover, by the account that it belongs to.
    let sounds: [Int: Int]

    var owner: Person { get throws { try person(.owner) } }

    static func run(_ body: (PermissionScene) async throws -> Void) async throws {
        try await withTestDatabase { test in
            let database = Database(test.settings, logger: quietLogger)
            let outcome: Result<Void, any Error>
            do {
                let secret = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
                try await TestApp.run(databaseURL: test.url, environment: secret) { app in
                    try await body(try await PermissionScene(app, database))
                }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await database.close()
            try outcome.get()
        }
    }

    private init(_ app: TestApp, _ database: Database) async throws {
        self.app = app
        self.database = database
        var people: [Asker: Person] = [:]
        for asker in Asker.allCases where asker != .anonymous {
            people[asker] = try await Self.join(asker, named: asker.rawValue, app, database)
        }
        self.people = people
        guard let owner = people[.owner], let suspended = people[.suspended] else {
            throw TestFailure("Nobody is there.")
        }
        let file = try Fixture.data("sine-440hz-1s-stereo-44.1k-cover.flac")
        let uploaded = try await app.upload(file, fields: [("visibility", "private")], token: owner.accessToken)
        guard let id = (uploaded.data as? [String: Any])?["id"] as? Int else {
            throw TestFailure("the upload answered \(uploaded)")
        }
        _ = try await app.settledTrack(id, token: owner.accessToken)
        let copy: Int? = try await database.row(
            """
            INSERT INTO tracks (user_id, title, visibility, share_key, status, sha256, size, media_type, file_extension,
              container, codec, sample_rate, channels, sample_count, duration_ms)
            SELECT $2, title, visibility, share_key, status, sha256, size, media_type, file_extension,
              container, codec, sample_rate, channels, sample_count, duration_ms
            FROM tracks WHERE id = $1 RETURNING id
            """, id, suspended.id
        ) { row throws(PostgresError) in try row.decode("id") }
        sounds = [owner.id: id, suspended.id: copy ?? 0]
    }

    /// Another account of the same role and status, with a session of its own.
    func another(_ asker: Asker) async throws -> Person {
        try await Self.join(asker, named: Self.unique(), app, database)
    }

    func person(_ asker: Asker) throws -> Person {
        guard let person = people[asker] else { throw TestFailure("Nobody is \(asker.rawValue).") }
        return person
    }

    /// Letters and digits that nothing else has.
    static func unique() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// One number from the database.
    func number(_ sql: String, _ parameters: (any PostgresEncodable)?...) async throws -> Int {
        let found = try await database.perform(Statement(sql, parameters)).first { row throws(PostgresError) in
            try row.decode(0) as Int
        }
        guard let found else { throw TestFailure("No row: \(sql)") }
        return found
    }

    private static func join(
        _ asker: Asker, named name: String, _ app: TestApp, _ database: Database
    ) async throws -> Person {
        let administration = AccountAdministration(database)
        let email = "\(name)@example.org"
        let id = try await administration.create(
            username: name, email: email, password: password, role: Role(rawValue: asker.rawValue) ?? .user)
        let login = try await app.api(.POST, "/auth/login", ["email": email, "password": password])
        guard let data = login.data as? [String: Any], let access = data["access_token"] as? String,
            let refresh = data["refresh_token"] as? String
        else { throw TestFailure("login answered \(login)") }
        if asker == .suspended { try await administration.setStatus(accountID: id, .suspended) }
        return Person(id: id, email: email, accessToken: access, refreshToken: refresh)
    }
}
