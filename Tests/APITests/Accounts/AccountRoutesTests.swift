import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Over HTTP, against the running program and a database of its own.
struct AccountRoutesTests {
    static let secret = "a secret of tests, thirty-two bytes or more"

    /// Runs the program in a fresh database, with a client of that database beside it.
    static func run<Value>(
        environment: [String: String] = [:], _ body: (TestApp, Database) async throws -> Value
    ) async throws -> Value {
        try await withTestDatabase { test in
            let database = Database(test.settings, logger: quietLogger)
            let variables = ["JWT_SECRET": secret].merging(environment) { _, new in new }
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(
                    try await TestApp.run(databaseURL: test.url, environment: variables) { app in
                        try await body(app, database)
                    })
            } catch {
                outcome = .failure(error)
            }
            await database.close()
            return try outcome.get()
        }
    }

    private func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
    private func fields(_ response: TestResponse) -> Set<String> { keys(response.json?["fields"]) }

    @Test func answersAsDocumented() async throws {
        try await Self.run { app, _ in
            let registration: [String: any Sendable] = [
                "username": "john_doe", "email": "john@example.com", "password": "SecurePass123!",
            ]
            let registered = try await app.api(.POST, "/auth/register", registration)
            #expect(registered.status == 201)
            #expect(keys(registered.json) == ["success", "message", "data"])
            #expect(registered.json?["message"] as? String == "User registered successfully")
            #expect(keys(registered.data) == ["user_id", "username", "email"])

            let login = try await app.api(
                .POST, "/auth/login", ["email": "JOHN@example.com", "password": "SecurePass123!"])
            #expect(login.status == 200)
            #expect(keys(login.json) == ["success", "message", "data"])
            let session = try #require(login.data as? [String: Any])
            #expect(keys(session) == ["access_token", "refresh_token", "expires_in", "user"])
            #expect(session["expires_in"] as? Int == 86_400)
            #expect(keys(session["user"]) == ["id", "username", "email", "role"])

            let token = try #require(session["access_token"] as? String)
            let parts = token.split(separator: ".").map(String.init)
            let payload = try #require(Data(base64URL: parts[1]))
            let claims = try JSONSerialization.jsonObject(with: payload) as? [String: Any]
            #expect(keys(claims) == ["user_id", "username", "role", "exp", "iat", "sid"])
            #expect(!String(decoding: payload, as: UTF8.self).contains("."), "times are whole seconds")

            for path in ["/auth/me", "/users/me"] {
                let profile = try await app.api(.GET, path, token: token)
                #expect(profile.status == 200)
                #expect(
                    keys(profile.data) == [
                        "id", "username", "email", "email_visible", "email_verified", "role", "status", "first_name",
                        "last_name", "bio", "avatar", "created_at", "updated_at",
                    ])
                #expect(profile.headers.first(name: "etag") != nil)
            }

            let refreshToken = try #require(session["refresh_token"] as? String)
            let refreshed = try await app.api(.POST, "/auth/refresh", ["refresh_token": refreshToken])
            #expect(refreshed.status == 200)
            #expect(keys(refreshed.data) == ["access_token", "refresh_token", "expires_in"])

            let logout = try await app.api(.POST, "/auth/logout", token: token)
            #expect(logout.status == 200)
            #expect(keys(logout.json) == ["success", "message"])
            #expect(logout.json?["message"] as? String == "Logout successful")
        }
    }

    @Test func saysWhatIsWrongWithWhichField() async throws {
        try await Self.run { app, _ in
            let cases: [(String, [String: any Sendable], Set<String>)] = [
                ("/auth/register", [:], ["username", "email", "password"]),
                (
                    "/auth/register", ["username": "x", "email": "x", "password": "x"],
                    ["username", "email", "password"]
                ),
                (
                    "/auth/register", ["username": "john", "email": "j@example.com", "password": "password"],
                    ["password"]
                ),
                ("/auth/register", ["username": 7, "email": "j@example.com", "password": "tr0ub4dor"], ["username"]),
                ("/auth/login", ["email": "j@example.com"], ["password"]),
                ("/auth/login", [:], ["email", "password"]),
                ("/auth/refresh", [:], ["refresh_token"]),
            ]
            for (path, body, expected) in cases {
                let response = try await app.api(.POST, path, body)
                #expect(response.status == 400 && response.code == "invalid", "\(path) \(body)")
                #expect(fields(response) == expected, "\(path) \(body)")
            }
            let broken = try await app.request(
                .POST, "/api/v1/auth/login", headers: ["Content-Type": "application/json"], body: Data("{".utf8))
            #expect(broken.status == 400)
        }
    }

    @Test func reuseEndsTheSession() async throws {
        try await Self.run { app, _ in
            let account = try await app.signUp("john")
            var token = account.refreshToken
            for _ in 0..<2 {
                let response = try await app.api(.POST, "/auth/refresh", ["refresh_token": token])
                token = try #require((response.data as? [String: Any])?["refresh_token"] as? String)
            }
            let reused = try await app.api(.POST, "/auth/refresh", ["refresh_token": account.refreshToken])
            #expect(reused.status == 401 && reused.code == "refresh_token_reused")
            #expect(try await app.api(.POST, "/auth/refresh", ["refresh_token": token]).status == 401)
            #expect(try await app.api(.GET, "/auth/me", token: account.accessToken).status == 401)
        }
    }

    @Test func logoutCountsOnEveryNodeAtOnce() async throws {
        try await withTestDatabase { test in
            let variables = ["JWT_SECRET": Self.secret]
            try await TestApp.run(databaseURL: test.url, environment: variables) { first in
                let shared = variables.merging(["UPLOAD_PATH": "\(first.directory.path)/uploads"]) { _, new in new }
                try await TestApp.run(databaseURL: test.url, environment: shared) { second in
                    let account = try await first.signUp("john")
                    #expect(try await second.api(.GET, "/auth/me", token: account.accessToken).status == 200)
                    #expect(try await second.api(.POST, "/auth/logout", token: account.accessToken).status == 200)
                    let late = try await first.api(.GET, "/auth/me", token: account.accessToken)
                    #expect(late.status == 401 && late.code == "unauthorized")
                    #expect(try await first.api(.POST, "/auth/logout", token: account.accessToken).status == 401)
                    let refresh = try await first.api(
                        .POST, "/auth/refresh", ["refresh_token": account.refreshToken])
                    #expect(refresh.status == 401)
                }
            }
        }
    }

    @Test func acceptsNoTokenButItsOwn() async throws {
        try await Self.run { app, _ in
            let account = try await app.signUp("john")
            let parts = account.accessToken.split(separator: ".").map(String.init)
            let claims = try #require(Data(base64URL: parts[1]))
            let text = String(decoding: claims, as: UTF8.self)
            func unsigned(_ header: String) -> String {
                "\(Data(header.utf8).base64URL).\(parts[1]).\(parts[2])"
            }
            let session = try #require(
                await AccessTokens(secret: Secret(Self.secret), lifetimeSeconds: 60)
                    .verify(account.accessToken)
            ).sessionID
            func signed(_ secret: String, userID: Int, sessionID: Int, age: Double = 0) async throws -> String {
                try await AccessTokens(secret: Secret(secret), lifetimeSeconds: 60).sign(
                    userID: userID, username: "john", role: .superAdmin, sessionID: sessionID,
                    now: Date().addingTimeInterval(-age))
            }
            let admin = Data(text.replacing(#""user""#, with: #""super_admin""#).utf8).base64URL
            let refused = [
                "", "x", "a.b.c", account.refreshToken, unsigned(#"{"alg":"none","typ":"JWT"}"#),
                "\(Data(#"{"alg":"none"}"#.utf8).base64URL).\(parts[1]).", unsigned(#"{"alg":"HS512","typ":"JWT"}"#),
                "\(parts[0]).\(admin).\(parts[2])", "\(parts[0]).\(parts[1])", account.accessToken + "x",
                try await signed("another secret of at least 32 bytes!", userID: account.id, sessionID: session),
                try await signed(Self.secret, userID: account.id, sessionID: session, age: 61),
                try await signed(Self.secret, userID: account.id, sessionID: session + 1),
                try await signed(Self.secret, userID: account.id + 1, sessionID: session),
            ]
            for token in refused {
                let response = try await app.api(.GET, "/auth/me", token: token)
                #expect(response.status == 401, "\(token)")
            }
            // The control: the same way of signing is good, and gives no role that the account does not have.
            let own = try await signed(Self.secret, userID: account.id, sessionID: session)
            let profile = try await app.api(.GET, "/auth/me", token: own)
            #expect(profile.status == 200)
            #expect((profile.data as? [String: Any])?["role"] as? String == "user")
        }
    }

    @Test func bansAndSuspensionsCountAtOnce() async throws {
        try await Self.run { app, database in
            let account = try await app.signUp("john")
            let administration = AccountAdministration(database)
            try await administration.setStatus(accountID: account.id, .suspended)
            #expect(try await app.api(.GET, "/auth/me", token: account.accessToken).status == 200)
            let write = try await app.api(.POST, "/notifications/read", ["up_to": 1], token: account.accessToken)
            #expect(write.status == 403 && write.code == "account_suspended")

            try await administration.setStatus(accountID: account.id, .banned)
            let me = try await app.api(.GET, "/auth/me", token: account.accessToken)
            #expect(me.status == 403 && me.code == "account_banned")
            let refresh = try await app.api(.POST, "/auth/refresh", ["refresh_token": account.refreshToken])
            #expect(refresh.status == 403 && refresh.code == "account_banned")
            let login = try await app.api(
                .POST, "/auth/login", ["email": account.email, "password": account.password])
            #expect(login.status == 403 && login.code == "account_banned")

            try await administration.setStatus(accountID: account.id, .active)
            #expect(try await app.api(.GET, "/auth/me", token: account.accessToken).status == 200)
        }
    }

    @Test func guessingIsAnsweredWithATimeToWait() async throws {
        try await Self.run { app, _ in
            let account = try await app.signUp("john")
            var refusal: TestResponse?
            for index in 0..<60 where refusal == nil {
                let response = try await app.api(
                    .POST, "/auth/login", ["email": account.email, "password": "guess \(index)"])
                if response.status == 429 { refusal = response } else { #expect(response.status == 401) }
            }
            let wait = try #require(refusal?.headers.first(name: "retry-after").flatMap { Int($0) })
            #expect(wait > 0)
            #expect(try await app.api(.GET, "/auth/me", token: account.accessToken).status == 200)
        }
    }

    @Test func registersNobodyWhereItIsClosed() async throws {
        try await Self.run(environment: ["REGISTRATION": "closed"]) { app, _ in
            let response = try await app.api(
                .POST, "/auth/register",
                ["username": "john", "email": "john@example.com", "password": "tr0ub4dor and three"])
            #expect(response.status == 403 && response.code == "registration_closed")
        }
    }
}
