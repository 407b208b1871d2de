import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// What is sent by mail and comes back, over HTTP and SMTP, against the running program.
struct MailedLinksTests {
    private func run(refusals: Int = 0, _ body: (TracksApp, MailListener) async throws -> Void) async throws {
        let mail = try await MailListener(refusals: refusals)
        let environment = ["SMTP_URL": mail.url, "PUBLIC_URL": "https://talas.example.org/"]
        try await TracksApp.run(environment: environment) { test in try await body(test, mail) }
        try await mail.close()
    }

    private func login(_ test: TracksApp, _ email: String, _ password: String) async throws -> Int {
        try await test.app.api(.POST, "/auth/login", ["email": email, "password": password]).status
    }

    private func verify(_ test: TracksApp, _ token: String) async throws -> TestResponse {
        try await test.app.api(.POST, "/auth/email/verify", ["token": token])
    }

    private func profile(_ test: TracksApp, _ account: TestAccount) async throws -> [String: Any] {
        try #require(try await test.app.api(.GET, "/users/me", token: account.accessToken).data as? [String: Any])
    }

    @Test func anAddressIsConfirmedOnce() async throws {
        try await run { test, mail in
            let message = try await mail.message(to: test.ann.email)
            #expect(message.text.contains("https://talas.example.org/#confirm-email="))
            #expect(message.head.contains("From: Talas <talas@example.org>"))
            let token = try #require(message.token("confirm-email"))
            #expect(try await profile(test, test.ann)["email_verified"] as? Bool == false)
            let verified = try await verify(test, token)
            #expect((verified.data as? [String: Any])?["status"] as? String == "verified")
            #expect(try await profile(test, test.ann)["email_verified"] as? Bool == true)
            let again = try await verify(test, token)
            #expect(again.status == 400 && again.code == "invalid_token")
            #expect(try await verify(test, "").status == 400)
            let resent = try await test.app.api(.POST, "/auth/email/resend", [:], token: test.ann.accessToken)
            #expect(resent.status == 409)
            #expect(
                try await test.app.api(.POST, "/auth/email/resend", [:], token: test.bob.accessToken).status == 200)
            #expect(try await test.app.api(.POST, "/auth/email/resend", [:]).status == 401)
        }
    }

    @Test func aForgottenPasswordIsSetAnew() async throws {
        try await run { test, mail in
            _ = try await mail.message(to: test.ann.email)
            let asked = try await test.app.api(.POST, "/auth/password/forgot", ["email": test.ann.email])
            let unknown = try await test.app.api(.POST, "/auth/password/forgot", ["email": "nobody@example.org"])
            #expect(asked.status == 200 && asked.body == unknown.body)
            let token = try #require(try await mail.message(to: test.ann.email).token("reset-password"))
            let made = try await test.app.api(
                .POST, "/auth/tokens", ["name": "x", "scopes": ["read"]], token: test.ann.accessToken)
            let personal = try #require((made.data as? [String: Any])?["token"] as? String)

            @Sendable func reset(_ password: String, _ token: String = token) async throws -> TestResponse {
                try await test.app.api(
                    .POST, "/auth/password/reset", ["token": token, "new_password": password])
            }
            #expect(try await reset("short").code == "invalid")
            #expect(try await reset("a new password", "xyz").code == "invalid_token")
            // It proves nothing but what it is for.
            #expect(try await verify(test, try #require(try await otherToken(test, mail))).status == 200)

            // Of many at once, one sets the password.
            let statuses = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for attempt in 0..<8 {
                    group.addTask { (attempt, try await reset("new password \(attempt)").status) }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
            }
            let winners = statuses.filter { $0.value == 200 }.keys
            #expect(winners.count == 1, "\(statuses)")
            #expect(statuses.values.allSatisfy { $0 == 200 || $0 == 400 })
            #expect(try await login(test, test.ann.email, "new password \(winners.first ?? -1)") == 200)
            #expect(try await login(test, test.ann.email, test.ann.password) == 401)
            for ended in [test.ann.accessToken, personal] {
                #expect(try await test.app.api(.GET, "/users/me", token: ended).status == 401)
            }
            #expect(try await mail.message(to: test.ann.email).head.contains("Your password was changed"))
        }
    }

    /// A token of another purpose: Bob's, for his address.
    private func otherToken(_ test: TracksApp, _ mail: MailListener) async throws -> String? {
        let token = try await mail.message(to: test.bob.email).token("confirm-email")
        let misused = try await test.app.api(
            .POST, "/auth/password/reset", ["token": token ?? "", "new_password": "a new password"])
        #expect(misused.code == "invalid_token")
        return token
    }

    @Test func whatAServerHadNotSentTheNextOneSends() async throws {
        let mail = try await MailListener()
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            func start(_ url: String) async throws -> TestApp {
                try await TestApp.start(
                    databaseURL: database.url,
                    environment: [
                        "JWT_SECRET": AccountRoutesTests.secret, "SMTP_URL": url,
                        "PUBLIC_URL": "https://talas.example.org",
                    ], in: directory)
            }
            let first = try await start("smtp://127.0.0.1:1")
            let ann = try await first.signUp("ann")
            await first.process.end()
            // It may have been tried and put off; nobody need wait for that here.
            let administrator = Database(database.settings, logger: quietLogger)
            #expect(try await administrator.execute("UPDATE outgoing_mail SET due_at = now()") == 1)
            await administrator.close()
            let second = try await start(mail.url)
            let token = try #require(try await mail.message(to: ann.email).token("confirm-email"))
            let verified = try await second.api(.POST, "/auth/email/verify", ["token": token])
            #expect(verified.status == 200)
            await second.process.end()
        }
        try await mail.close()
    }

    @Test func messagesCannotBeAskedForWithoutEnd() async throws {
        try await run { test, _ in
            var statuses: [Int] = []
            for _ in 1...5 {
                statuses.append(
                    try await test.app.api(.POST, "/auth/password/forgot", ["email": "nobody@example.org"]).status)
            }
            #expect(statuses == [200, 200, 200, 200, 429])
            #expect(try await test.app.api(.POST, "/auth/password/forgot", ["email": "x"]).status == 400)
        }
    }

    @Test func anAddressChangesWhenBothAreConfirmed() async throws {
        try await run { test, mail in
            _ = try await mail.message(to: test.ann.email)
            func change(_ email: String, _ password: String = test.ann.password) async throws -> TestResponse {
                try await test.app.api(
                    .PUT, "/users/email", ["email": email, "password": password], token: test.ann.accessToken)
            }
            #expect(try await test.app.api(.PUT, "/users/email", ["email": "x@example.org"]).status == 401)
            #expect(try await change("new@example.org", "wrong").code == "wrong_password")
            #expect(try await change("nonsense").status == 400)
            #expect(try await change(test.bob.email.uppercased()).code == "email_taken")
            let begun = try await change("new@example.org")
            #expect(begun.status == 200)
            let data = try #require(begun.data as? [String: Any])
            #expect(data["email"] as? String == test.ann.email && data["pending"] as? String == "new@example.org")
            let leave = try #require(try await mail.message(to: test.ann.email).token("confirm-email"))
            let enter = try #require(try await mail.message(to: "new@example.org").token("confirm-email"))
            #expect(((try await verify(test, enter)).data as? [String: Any])?["status"] as? String == "waiting")
            #expect(try await profile(test, test.ann)["email"] as? String == test.ann.email)
            #expect(((try await verify(test, leave)).data as? [String: Any])?["status"] as? String == "changed")
            let profile = try await self.profile(test, test.ann)
            #expect(profile["email"] as? String == "new@example.org")
            #expect(profile["email_verified"] as? Bool == true)
            #expect(try await login(test, "new@example.org", test.ann.password) == 200)
            #expect(try await login(test, test.ann.email, test.ann.password) == 401)
        }
    }

    @Test func withoutAMailServerItSaysSo() async throws {
        try await TracksApp.run { test in
            for (path, body) in [("/auth/password/forgot", ["email": test.ann.email]), ("/auth/email/resend", [:])] {
                let answer = try await test.app.api(.POST, path, body, token: test.ann.accessToken)
                #expect(answer.status == 403 && answer.code == "email_disabled", "\(path)")
            }
            // Then an address changes at once.
            let changed = try await test.app.api(
                .PUT, "/users/email", ["email": "new@example.org", "password": test.ann.password],
                token: test.ann.accessToken)
            #expect(changed.status == 200)
            #expect(try await profile(test, test.ann)["email"] as? String == "new@example.org")
            let taken = try await test.app.api(
                .PUT, "/users/email", ["email": test.bob.email, "password": test.ann.password],
                token: test.ann.accessToken)
            #expect(taken.status == 409 && taken.code == "email_taken")
        }
    }
}
