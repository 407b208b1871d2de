import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Sessions and passwords over HTTP, against the running program.
struct SessionRoutesTests {
    private func login(_ app: TestApp, _ account: TestAccount, _ password: String? = nil) async throws -> TestResponse {
        try await app.api(.POST, "/auth/login", ["email": account.email, "password": password ?? account.password])
    }

    private func token(_ response: TestResponse) throws -> String {
        try #require((response.data as? [String: Any])?["access_token"] as? String, "\(response)")
    }

    private func sessions(_ app: TestApp, _ token: String) async throws -> [[String: Any]] {
        try #require(try await app.api(.GET, "/auth/sessions", token: token).data as? [[String: Any]])
    }

    @Test func areListedAndEndedOneByOne() async throws {
        try await TracksApp.run { test in
            let second = try token(try await login(test.app, test.ann))
            let list = try await sessions(test.app, second)
            #expect(list.count == 2)
            #expect(
                Set(try #require(list.first).keys) == [
                    "id", "current", "user_agent", "address", "created_at", "last_used_at", "expires_at",
                ])
            #expect(list.filter { $0["current"] as? Bool == true }.count == 1)
            #expect(list.allSatisfy { $0["address"] as? String == "127.0.0.1" })
            let first = try #require(list.first { $0["current"] as? Bool == false }?["id"] as? Int)
            // A stranger neither sees nor ends them.
            #expect(try await sessions(test.app, test.bob.accessToken).count == 1)
            let stranger = try await test.app.api(.DELETE, "/auth/sessions/\(first)", token: test.bob.accessToken)
            #expect(stranger.status == 404)
            #expect(try await test.app.api(.DELETE, "/auth/sessions/\(first)").status == 401)
            #expect(try await test.app.api(.DELETE, "/auth/sessions/\(first)", token: second).status == 200)
            #expect(try await test.app.api(.GET, "/auth/me", token: test.ann.accessToken).status == 401)
            let refresh = try await test.app.api(.POST, "/auth/refresh", ["refresh_token": test.ann.refreshToken])
            #expect(refresh.status == 401)
            #expect(try await test.app.api(.DELETE, "/auth/sessions/\(first)", token: second).status == 404)
        }
    }

    @Test func logoutAllEndsThemOnEveryNode() async throws {
        try await withTestDatabase { database in
            let environment = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
            try await TestApp.run(databaseURL: database.url, environment: environment) { one in
                // Two nodes of one installation have the same storage.
                let shared = environment.merging(["UPLOAD_PATH": one.directory.path + "/uploads"]) { _, new in new }
                try await TestApp.run(databaseURL: database.url, environment: shared) { two in
                    let ann = try await one.signUp("ann")
                    let second = try token(try await login(two, ann))
                    #expect(try await two.api(.GET, "/auth/me", token: ann.accessToken).status == 200)
                    #expect(try await one.api(.POST, "/auth/logout-all", token: second).status == 200)
                    for app in [one, two] {
                        for token in [ann.accessToken, second] {
                            #expect(try await app.api(.GET, "/auth/me", token: token).status == 401)
                        }
                    }
                }
            }
        }
    }

    @Test func aNewPasswordEndsAllOtherSessions() async throws {
        try await TracksApp.run { test in
            let second = try token(try await login(test.app, test.ann))
            let change: [String: any Sendable] = [
                "current_password": test.ann.password, "new_password": "NewPass456! and more",
            ]
            let changed = try await test.app.api(.PUT, "/users/password", change, token: second)
            #expect(changed.status == 200)
            #expect(changed.json?["message"] as? String == "Password updated successfully")
            #expect(try await test.app.api(.GET, "/auth/me", token: second).status == 200)
            #expect(try await test.app.api(.GET, "/auth/me", token: test.ann.accessToken).status == 401)
            #expect(try await login(test.app, test.ann).status == 401)
            #expect(try await login(test.app, test.ann, "NewPass456! and more").status == 200)
        }
    }

    @Test func passwordsAreCheckedBeforeTheyChange() async throws {
        try await TracksApp.run { test in
            func change(_ body: [String: any Sendable]) async throws -> TestResponse {
                try await test.app.api(.PUT, "/users/password", body, token: test.ann.accessToken)
            }
            #expect(try await test.app.api(.PUT, "/users/password", [:]).status == 401)
            let empty = try await change([:])
            #expect(empty.status == 400)
            #expect(
                Set((empty.json?["fields"] as? [String: Any] ?? [:]).keys) == ["current_password", "new_password"])
            let short = try await change(["current_password": test.ann.password, "new_password": "short"])
            #expect(short.status == 400)
            for _ in 1...6 {
                let wrong = try await change(["current_password": "wrong", "new_password": "NewPass456! and more"])
                #expect(wrong.status == 403 && wrong.code == "wrong_password")
            }
            let late = try await change(["current_password": test.ann.password, "new_password": "NewPass456! and more"])
            #expect(late.status == 429)
            #expect(late.headers.first(name: "Retry-After").flatMap(Int.init) ?? 0 > 0)
            // An open session stays open.
            #expect(try await test.app.api(.GET, "/auth/me", token: test.ann.accessToken).status == 200)
        }
    }

    @Test func aForgedForwardedForDoesNotHelpAGuesser() async throws {
        try await TracksApp.run { test in
            var statuses: [Int] = []
            for attempt in 1...7 {
                let body = try JSONSerialization.data(withJSONObject: ["email": test.ann.email, "password": "wrong"])
                let answer = try await test.app.request(
                    .POST, "/api/v1/auth/login",
                    headers: ["Content-Type": "application/json", "X-Forwarded-For": "198.51.100.\(attempt)"],
                    body: body)
                statuses.append(answer.status)
            }
            #expect(statuses == [401, 401, 401, 401, 401, 401, 429])
        }
    }

    @Test func unknownAccountsAreAnsweredAsWrongPasswords() async throws {
        try await TracksApp.run { test in
            let wrong = try await login(test.app, test.ann, "wrong")
            let unknown = try await test.app.api(
                .POST, "/auth/login", ["email": "nobody@example.org", "password": "wrong"])
            #expect(wrong.status == 401 && unknown.status == 401)
            #expect(wrong.body == unknown.body)
        }
    }

    @Test func aSuspendedAccountChangesNothing() async throws {
        try await AccountRoutesTests.run { app, database in
            let ann = try await app.signUp("ann")
            let administration = AccountAdministration(database)
            try await administration.setStatus(accountID: ann.id, .suspended)
            let writes: [(HTTPMethod, String)] = [
                (.PUT, "/users/me"), (.PUT, "/users/avatar"), (.DELETE, "/users/avatar"), (.PUT, "/users/email"),
                (.POST, "/auth/tokens"), (.POST, "/tracks"), (.PUT, "/tracks/1"), (.DELETE, "/tracks/1"),
                (.POST, "/tracks/1/restore"), (.PUT, "/tracks/1/cover"), (.POST, "/notifications/read"),
                (.DELETE, "/admin/media/cache"),
            ]
            for (method, path) in writes {
                let answer = try await app.api(method, path, [:], token: ann.accessToken)
                #expect(answer.status == 403 && answer.code == "account_suspended", "\(method) \(path)")
            }
            let tus = try await app.request(
                .POST, "/uploads/tus", headers: ["Tus-Resumable": "1.0.0", "Upload-Length": "1"],
                token: ann.accessToken)
            #expect(tus.status == 403 && tus.code == "account_suspended")
            for path in ["/users/me", "/tracks", "/users", "/auth/sessions", "/notifications"] {
                #expect(try await app.api(.GET, path, token: ann.accessToken).status == 200, "\(path)")
            }
            #expect(try await app.api(.POST, "/events/ticket", [:], token: ann.accessToken).status == 201)
            // Nor does it lose what is its own: the password, and the right to leave.
            let bob = try await app.signUp("bob")
            try await administration.setStatus(accountID: bob.id, .suspended)
            let change = ["current_password": bob.password, "new_password": "another passphrase"]
            #expect(try await app.api(.PUT, "/users/password", change, token: bob.accessToken).status == 200)
            let farewell = ["password": "another passphrase"]
            #expect(try await app.api(.DELETE, "/users/me", farewell, token: bob.accessToken).status == 200)
            #expect(try await login(app, ann).status == 200)
            // One that has run out is none.
            try await administration.setStatus(accountID: ann.id, .suspended, until: Date(timeIntervalSinceNow: -1))
            #expect(try await app.api(.PUT, "/users/me", ["bio": "x"], token: ann.accessToken).status == 200)
            #expect(try await app.api(.POST, "/auth/logout", token: ann.accessToken).status == 200)
        }
    }
}
