import Platform
import Postgres
import Testing

@testable import API

struct AccountAdministrationTests {
    @Test func makesAccountsOfAnyRole() async throws {
        try await AccountsFixture.run(registration: .closed) { fixture in
            let id = try await fixture.administration.create(
                username: "root", email: "root@example.com", password: "a long passphrase", role: .superAdmin)
            let session = try await fixture.login("root", password: "a long passphrase")
            #expect(session.user.id == id && session.user.role == .superAdmin)
        }
    }

    @Test func saysWhyItDoesNot() async throws {
        try await AccountsFixture.run { fixture in
            let administration = fixture.administration
            _ = try await fixture.register("john")
            await #expect(throws: AccountAdministrationError.self) {
                try await administration.create(
                    username: "x", email: "x@example.com", password: "a long passphrase", role: .user)
            }
            await #expect(
                throws: AccountAdministrationError.taken("An account with this username exists already.")
            ) {
                try await administration.create(
                    username: "John", email: "x@example.com", password: "a long passphrase", role: .user)
            }
            await #expect(throws: AccountAdministrationError.unknown("jack")) {
                try await administration.setPassword(of: "jack", to: "a long passphrase")
            }
            await #expect(throws: AccountAdministrationError.self) {
                try await administration.setPassword(of: "john", to: "short")
            }
        }
    }

    @Test func aNewPasswordEndsEverySession() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let tokens = [try await fixture.login(), try await fixture.login()].map(\.accessToken)
            try await fixture.administration.setPassword(of: "john", to: "another passphrase")
            for token in tokens {
                #expect(await problemCode { try await fixture.accounts.caller(bearer: token) } == "unauthorized")
            }
        }
    }

    @Test func makesTheDemoAccountOnce() async throws {
        try await AccountsFixture.run { fixture in
            let first = try await fixture.administration.ensureDemoAccount(password: "first passphrase")
            let second = try await fixture.administration.ensureDemoAccount(password: "second passphrase")
            #expect(first.isNew && !second.isNew && first.id == second.id)
            _ = try await fixture.login("demo", password: "first passphrase")
        }
    }

    @Test func oldSessionsAreRemoved() async throws {
        try await AccountsFixture.run { fixture in
            _ = try await fixture.register()
            let session = try await fixture.login()
            _ = try await fixture.login()
            try await fixture.database.execute(
                "UPDATE sessions SET expires_at = now() - interval '31 days' WHERE id = $1",
                try #require(RefreshToken(session.refreshToken)).sessionID)
            try await fixture.accounts.purge()
            let left: Int? = try await fixture.database.row("SELECT count(*) FROM sessions") {
                row throws(PostgresError) in try row.decode(0)
            }
            #expect(left == 1)
        }
    }
}
