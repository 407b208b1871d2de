import Foundation
import Media
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Accounts that go, come back, and are gone.
struct DeletionTests {
    @Test func isGoneAtOnceAndComesBackBySigningIn() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 95))
            let ann = test.ann
            let bobs = try #require(TrackJSON(try await test.app.track(track.id, token: test.bob.accessToken)))
            func delete(_ body: [String: any Sendable]) async throws -> TestResponse {
                try await test.app.api(.DELETE, "/users/me", body, token: ann.accessToken)
            }
            #expect(try await test.app.api(.DELETE, "/users/me", [:]).status == 401)
            #expect(try await delete([:]).status == 400)
            #expect(try await delete(["password": "wrong"]).code == "wrong_password")
            let deleted = try await delete(["password": ann.password])
            #expect(deleted.status == 200)
            #expect((deleted.data as? [String: Any])?["purge_at"] is String)

            #expect(try await test.app.api(.GET, "/users/me", token: ann.accessToken).status == 401)
            let bob = test.bob.accessToken
            for path in ["/users/\(ann.id)", "/tracks/\(track.id)", "/users/\(ann.id)/tracks"] {
                #expect(try await test.app.api(.GET, path, token: bob).status == 404, "\(path)")
            }
            #expect(try await test.app.request(.GET, bobs.streamURL).status == 404)
            // The name stays taken.
            let registered = try await test.app.api(
                .POST, "/auth/register", ["username": "Ann", "email": "x@example.org", "password": "correct horse x"])
            #expect(registered.status == 409)

            let login = try await test.app.api(.POST, "/auth/login", ["email": ann.email, "password": ann.password])
            #expect(login.status == 200)
            #expect(try await test.app.api(.GET, "/tracks/\(track.id)", token: bob).status == 200)
            #expect(try await test.app.api(.GET, "/users/\(ann.id)", token: bob).status == 200)
        }
    }

    @Test func whatIsPersonalGoesAfterFourteenDays() async throws {
        try await Library.run { library in
            let database = library.database
            let ann = try await library.member("ann")
            let bob = try await library.member("bob")
            let track = try await library.add(Array("sound of ann".utf8), by: ann)
            try await database.execute(
                """
                WITH made AS (INSERT INTO conversations (kind, last_seq) VALUES ('room', 1) RETURNING id)
                INSERT INTO messages (from_user, conversation_id, seq, content) SELECT $1, id, 1, 'hello' FROM made
                """, ann.userID)
            try await database.execute(
                "INSERT INTO follows (follower_id, followed_id) VALUES ($1, $2)", bob.userID, ann.userID)
            let deletions = DeletionStore(database)
            #expect(try await database.transaction { try await DeletionStore($0).delete(ann.userID) })
            #expect(try await deletions.overdue().isEmpty)
            try await database.transaction { try await DeletionStore($0).purge(ann.userID) }
            #expect(try await deletions.restore(ann.userID), "too early to go for good")

            try await database.execute(
                "UPDATE users SET deleted_at = now() - interval '15 days' WHERE id = $1", ann.userID)
            #expect(try await deletions.overdue() == [ann.userID])
            try await database.transaction { try await DeletionStore($0).purge(ann.userID) }
            #expect(try await deletions.overdue().isEmpty)
            #expect(try await !deletions.restore(ann.userID))
            let left = try await database.row(
                "SELECT username, email, password_hash FROM users WHERE id = $1", ann.userID
            ) {
                row throws(PostgresError) in
                [try row.decode("username"), try row.decode("email"), try row.decode("password_hash")] as [String]
            }
            #expect(left == ["deleted user \(ann.userID)", "deleted user \(ann.userID)", ""])
            #expect(try await database.execute("SELECT 1 FROM messages WHERE from_user = $1", ann.userID) == 1)
            #expect(try await database.execute("SELECT 1 FROM follows") == 0)
            _ = try await GarbageCollector(references: library.references).run(force: true)
            #expect(try await database.execute("SELECT 1 FROM tracks WHERE id = $1", track.id) == 0)
            #expect(try !library.blobs.contains(track.source.blob))
        }
    }

    @Test func theLastSuperAdministratorStays() async throws {
        try await Library.run { library in
            let (one, two) = (try await library.member("one"), try await library.member("two"))
            try await library.database.execute("UPDATE users SET role = 'super_admin'")
            let gone = try await withThrowingTaskGroup(of: Bool.self) { group in
                for member in [one, two] {
                    group.addTask {
                        try await library.database.transaction { try await DeletionStore($0).delete(member.userID) }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(gone == 1)
        }
    }
}
