import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Members over HTTP, against the running program.
struct UserRoutesTests {
    private func names(_ response: TestResponse) -> [String] {
        (response.data as? [[String: Any]] ?? []).compactMap { $0["username"] as? String }
    }

    @Test func areListedAsDocumented() async throws {
        try await TracksApp.run { test in
            let list = try await test.app.api(.GET, "/users", token: test.ann.accessToken)
            #expect(list.status == 200)
            #expect(Set((list.json ?? [:]).keys) == ["success", "data", "pagination"])
            #expect(names(list) == ["bob", "ann"])
            let entry = try #require((list.data as? [[String: Any]])?.first)
            #expect(Set(entry.keys) == ["id", "username", "email", "first_name", "last_name", "avatar"])
            #expect(list.json?["pagination"] as? [String: Int] == ["page": 1, "limit": 20, "total": 2, "pages": 1])
            let second = try await test.app.api(.GET, "/users?page=2&limit=1", token: test.ann.accessToken)
            #expect(names(second) == ["ann"])
            #expect(second.json?["pagination"] as? [String: Int] == ["page": 2, "limit": 1, "total": 2, "pages": 2])
            let others = try await test.app.api(.GET, "/users/except-me", token: test.ann.accessToken)
            #expect(names(others) == ["bob"])
            for path in ["/users", "/users/except-me", "/users/1", "/users/me", "/auth/me"] {
                #expect(try await test.app.api(.GET, path).status == 401, "\(path)")
            }
            for query in ["page=0", "limit=101", "limit=x", "search=\(String(repeating: "x", count: 101))"] {
                #expect(try await test.app.api(.GET, "/users?\(query)", token: test.ann.accessToken).status == 400)
            }
        }
    }

    @Test func oneIsShownAsDocumented() async throws {
        try await TracksApp.run { test in
            let shown = try await test.app.api(.GET, "/users/\(test.bob.id)", token: test.ann.accessToken)
            let user = try #require(shown.data as? [String: Any])
            #expect(
                Set(user.keys).isSuperset(of: [
                    "id", "username", "email", "first_name", "last_name", "bio", "avatar", "created_at",
                ]))
            #expect(user["email"] is NSNull)
            for path in ["/users/999999", "/users/99999999999", "/users/0", "/users/x"] {
                #expect(try await test.app.api(.GET, path, token: test.ann.accessToken).status == 404)
            }
        }
    }

    @Test func addressesAreShownAndFoundAsTheirOwnersWish() async throws {
        try await AccountRoutesTests.run { app, database in
            let (ann, bob, boss) = (
                try await app.signUp("ann"), try await app.signUp("bob"), try await app.signUp("boss")
            )
            try await database.execute("UPDATE users SET role = 'admin' WHERE id = $1", boss.id)
            func email(_ account: TestAccount, for viewer: TestAccount) async throws -> String? {
                let shown = try await app.api(.GET, "/users/\(account.id)", token: viewer.accessToken)
                return (shown.data as? [String: Any])?["email"] as? String
            }
            func found(_ search: String, by viewer: TestAccount) async throws -> [String] {
                names(try await app.api(.GET, "/users?search=\(search)", token: viewer.accessToken))
            }
            #expect(try await email(bob, for: ann) == nil)
            #expect(try await email(bob, for: bob) == bob.email)
            #expect(try await email(bob, for: boss) == bob.email)
            #expect(try await found("bob@example", by: ann) == [])
            #expect(try await found("bob@example", by: bob) == ["bob"])
            #expect(try await found("BOB@example", by: boss) == ["bob"])
            let opened = try await app.api(.PUT, "/users/me", ["email_visible": true], token: bob.accessToken)
            #expect((opened.data as? [String: Any])?["email_visible"] as? Bool == true)
            #expect(try await email(bob, for: ann) == bob.email)
            #expect(try await found("bob@example", by: ann) == ["bob"])
        }
    }

    @Test func areFoundByPartsOfTheirNames() async throws {
        try await TracksApp.run { test in
            let names = ["first_name": "Anne-Marie", "last_name": "100%_sure"]
            #expect(try await test.app.api(.PUT, "/users/me", names, token: test.ann.accessToken).status == 200)
            for (search, expected) in [
                ("marie", ["ann"]), ("AN", ["ann"]), ("0%25_s", ["ann"]), ("%25", ["ann"]), ("_", ["ann"]),
                ("nobody", []), ("%20bob%20", ["bob"]), ("%5C", []), ("'%3B--", []),
            ] {
                let found = try await test.app.api(.GET, "/users?search=\(search)", token: test.bob.accessToken)
                #expect(self.names(found) == expected, "\(search)")
            }
        }
    }

    @Test func aProfileIsUpdatedInParts() async throws {
        try await TracksApp.run { test in
            func update(_ body: [String: any Sendable]) async throws -> TestResponse {
                try await test.app.api(.PUT, "/users/me", body, token: test.ann.accessToken)
            }
            let first = try await update(["first_name": "John", "last_name": "Smith", "bio": "Updated bio"])
            #expect(first.status == 200)
            #expect(first.json?["message"] as? String == "Profile updated successfully")
            let second = try #require(try await update(["bio": NSNull(), "last_name": " "]).data as? [String: Any])
            #expect(second["first_name"] as? String == "John")
            #expect(second["bio"] is NSNull && second["last_name"] is NSNull)
            #expect(second["username"] as? String == "ann")
            let cases: [([String: any Sendable], String)] = [
                (["first_name": String(repeating: "x", count: 51)], "first_name"), (["last_name": 7], "last_name"),
                (["bio": String(repeating: "x", count: 2_001)], "bio"), (["first_name": "a\nb"], "first_name"),
                (["bio": "a\u{0}b"], "bio"), (["email_visible": "yes"], "email_visible"),
            ]
            for (body, field) in cases {
                let answer = try await update(body)
                #expect(answer.status == 400, "\(body)")
                #expect((answer.json?["fields"] as? [String: Any])?[field] != nil, "\(body)")
            }
            #expect(try await test.app.api(.PUT, "/users/me", ["bio": "x"]).status == 401)
        }
    }

    @Test func bannedMembersAreGoneForOthers() async throws {
        try await AccountRoutesTests.run { app, database in
            let (ann, bob) = (try await app.signUp("ann"), try await app.signUp("bob"))
            try await AccountAdministration(database).setStatus(accountID: bob.id, .banned)
            #expect(try await app.api(.GET, "/users/\(bob.id)", token: ann.accessToken).status == 404)
            #expect(names(try await app.api(.GET, "/users", token: ann.accessToken)) == ["ann"])
            #expect(try await app.api(.GET, "/users/me", token: bob.accessToken).code == "account_banned")
        }
    }
}
