import Platform
import Postgres
import Testing

@testable import API

struct AccountsSessionsTests {
    @Test func eachTokenHasOneSuccessor() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let first = try await fixture.login().refreshToken
            let second = try await fixture.refresh(first).refreshToken
            #expect(second != first)
            #expect(try await fixture.refresh(first).refreshToken == second, "asked again, it is the same")
            let third = try await fixture.refresh(second).refreshToken
            #expect(Set([first, second, third]).count == 3)
            #expect(try await fixture.refresh(second).refreshToken == third)
        }
    }

    @Test func aClientThatNeverAdoptsSuccessorsGoesOn() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let token = try await fixture.login().refreshToken
            for _ in 0..<5 { _ = try await fixture.refresh(token) }
        }
    }

    @Test func aReplacedTokenEndsItsSessionAndNoOther() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let other = try await fixture.login()
            let stolen = try await fixture.login()
            let second = try await fixture.refresh(stolen.refreshToken)
            _ = try await fixture.refresh(second.refreshToken)

            var ends = fixture.events.subscribe(userID: id).makeAsyncIterator()
            #expect(await problemCode { try await fixture.refresh(stolen.refreshToken) } == "refresh_token_reused")
            #expect(await ends.next()?.topic == .sessionEnded)
            for token in [stolen.accessToken, second.accessToken] {
                #expect(await problemCode { try await fixture.accounts.caller(bearer: token) } == "unauthorized")
            }
            #expect(await problemCode { try await fixture.refresh(second.refreshToken) } == "invalid_refresh_token")
            #expect(try await fixture.accounts.caller(bearer: other.accessToken).userID == id)
            _ = try await fixture.refresh(other.refreshToken)
        }
    }

    @Test func twentyAtOnceGetOneSuccessor() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let token = try await fixture.login().refreshToken
            let successors = try await withThrowingTaskGroup(of: String.self) { group in
                let accounts = fixture.accounts
                for _ in 0..<20 {
                    group.addTask { try await accounts.refresh(RefreshRequest(refreshToken: token)).refreshToken }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(successors.count == 1)
        }
    }

    @Test func madeUpTokensEndNothing() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let session = try await fixture.login()
            let second = try await fixture.refresh(session.refreshToken).refreshToken
            _ = try await fixture.refresh(second)
            // Names the session and an old generation, as a replaced token would, but was not issued here.
            let genuine = try #require(RefreshToken(session.refreshToken))
            let forged = RefreshToken(
                sessionID: genuine.sessionID, generation: 0, salt: [1, 2, 3], key: fixture.accounts.refreshKey)
            for token in [forged.text, "", "x", session.accessToken] {
                let code = await problemCode { try await fixture.refresh(token) }
                #expect(code == (token.isEmpty ? "invalid" : "invalid_refresh_token"))
            }
            _ = try await fixture.accounts.caller(bearer: session.accessToken)
        }
    }

    @Test func refreshTokensExpire() async throws {
        try await AccountsFixture.run(refreshLifetimeSeconds: 0) { fixture in
            _ = try await fixture.register()
            let token = try await fixture.login().refreshToken
            #expect(await problemCode { try await fixture.refresh(token) } == "invalid_refresh_token")
        }
    }

    /// A token expires when it was to, however often it is used; its successor lives on from the last use.
    @Test func onlySuccessorsProlongASession() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let first = try await fixture.login().refreshToken
            let second = try await fixture.refresh(first).refreshToken
            try await fixture.database.execute("UPDATE sessions SET token_expires_at = now()")
            #expect(await problemCode { try await fixture.refresh(first) } == "invalid_refresh_token")
            _ = try await fixture.refresh(second)
            _ = try await fixture.refresh(second)
            #expect(await problemCode { try await fixture.refresh(first) } == "refresh_token_reused")
        }
    }

    @Test func logoutEndsTheSessionAtOnce() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let session = try await fixture.login()
            let other = try await fixture.login()
            var ends = fixture.events.subscribe(userID: id).makeAsyncIterator()
            try await fixture.accounts.logout(try await fixture.accounts.caller(bearer: session.accessToken))
            #expect(await ends.next()?.topic == .sessionEnded)
            #expect(
                await problemCode { try await fixture.accounts.caller(bearer: session.accessToken) } == "unauthorized")
            #expect(await problemCode { try await fixture.refresh(session.refreshToken) } == "invalid_refresh_token")
            _ = try await fixture.accounts.caller(bearer: other.accessToken)
        }
    }

    @Test func nothingBeginsOnAPasswordThatWasChangedMeanwhile() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let stored = try await fixture.accounts.store.credentials(email: "john@example.com")
            let hash = try #require(stored).passwordHash
            try await fixture.administration.setPassword(of: "JOHN", to: "another passphrase")
            let begun = try await fixture.accounts.sessions.begin(
                accountID: id, passwordHash: hash, salt: [1], lifetimeSeconds: 60, origin: AccountsFixture.origin)
            #expect(begun == nil)
            #expect(await problemCode { try await fixture.login() } == "invalid_credentials")
            _ = try await fixture.login(password: "another passphrase")
        }
    }

    @Test func hashesOfAnotherCostAreRenewed() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let dear = try PasswordHash.make(
                AccountsFixture.password, cost: .init(memoryKibibytes: 128, iterations: 1, lanes: 1))
            try await fixture.database.execute("UPDATE users SET password_hash = $2 WHERE id = $1", id, dear)
            _ = try await fixture.login()
            let hash: String? = try await fixture.database.row("SELECT password_hash FROM users WHERE id = $1", id) {
                row throws(PostgresError) in try row.decode(0)
            }
            #expect(hash?.hasPrefix(PasswordHashTests.cheap.prefix) == true)
            _ = try await fixture.login()
        }
    }

    @Test func guessingIsSlowedDownAndHarmsNobody() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let session = try await fixture.login(from: "192.0.2.1")
            var codes: [String?] = []
            for index in 0..<12 {
                codes.append(
                    await problemCode {
                        try await fixture.login(password: "guess \(index)", from: "198.51.100.\(index % 2)")
                    })
            }
            #expect(codes.first == "invalid_credentials" && codes.last == "too_many_attempts")
            #expect(await problemCode { try await fixture.login(from: "198.51.100.1") } == "too_many_attempts")
            // The owner goes on where they were, and signs in from where they did before.
            _ = try await fixture.accounts.caller(bearer: session.accessToken)
            _ = try await fixture.refresh(session.refreshToken)
            _ = try await fixture.login(from: "192.0.2.1")
        }
    }

    @Test func longOrOddInputIsSimplyWrong() async throws {
        try await AccountsFixture.run { fixture in
            for (email, password) in [
                ("john\0@example.com", "x"), (String(repeating: "x", count: 100_000), "x"),
                ("john@example.com", String(repeating: "x", count: 100_000)), ("john@example.com", "a\0b"),
            ] {
                let code = await problemCode {
                    try await fixture.accounts.login(
                        LoginRequest(email: email, password: password), from: AccountsFixture.origin)
                }
                #expect(code == "invalid_credentials")
            }
        }
    }
}
