import Foundation
import HTTPTypes
import Platform
import Postgres
import Testing

@testable import API

struct AccountsTests {
    @Test func registersOnlyWhereThatIsOpen() async throws {
        try await AccountsFixture.run(registration: .closed) { fixture in
            #expect(await problemCode { try await fixture.register() } == "registration_closed")
        }
        try await AccountsFixture.run(registration: .invite) { fixture in
            #expect(await problemCode { try await fixture.register() } == "registration_by_invitation")
        }
    }

    @Test func namesWhatIsTaken() async throws {
        try await AccountsFixture.run { fixture in
            let accounts = fixture.accounts
            _ = try await fixture.register("John")
            for (username, email, field) in [
                ("JOHN", "other@example.com", "username"), ("John", "other@example.com", "username"),
                ("other", "JOHN@EXAMPLE.com", "email"), ("other", "John@example.com", "email"),
            ] {
                let problem = await #expect(throws: Problem.self) {
                    try await accounts.register(
                        RegistrationRequest(username: username, email: email, password: AccountsFixture.password))
                }
                #expect(problem?.status == .conflict && problem?.code == "\(field)_taken")
                #expect(problem?.fields.keys.first == field)
            }
        }
    }

    @Test func keepsNoPassword() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let hash: String? = try await fixture.database.row(
                "SELECT password_hash FROM users WHERE id = $1", id
            ) { row throws(PostgresError) in try row.decode(0) }
            #expect(hash?.hasPrefix("$argon2id$v=19$") == true)
        }
    }

    @Test func callerIsReadAfresh() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let token = try await fixture.login().accessToken
            let accounts = fixture.accounts
            #expect(try await accounts.caller(bearer: token).role == .user)
            try await fixture.database.execute("UPDATE users SET role = 'admin', username = 'jack' WHERE id = $1", id)
            let caller = try await accounts.caller(bearer: token)
            #expect(caller.role == .admin && caller.username == "jack" && caller.userID == id)
            #expect(try await accounts.caller(userID: id, credential: caller.credential).userID == id)
            #expect(
                await problemCode { try await accounts.caller(userID: id + 1, credential: caller.credential) }
                    == "unauthorized")
            #expect(
                await problemCode { try await accounts.caller(userID: id, credential: .token(1)) } == "unauthorized")
        }
    }

    @Test func bannedAccountsAreTurnedAwayAndComeBack() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let tokens = try await fixture.login()
            try await fixture.administration.setStatus(accountID: id, .banned)
            #expect(
                await problemCode { try await fixture.accounts.caller(bearer: tokens.accessToken) } == "account_banned")
            #expect(await problemCode { try await fixture.login() } == "account_banned")
            #expect(await problemCode { try await fixture.refresh(tokens.refreshToken) } == "account_banned")
            #expect(await problemCode { try await fixture.login(password: "wrong password") } == "invalid_credentials")
            try await fixture.administration.setStatus(accountID: id, .active)
            #expect(try await fixture.accounts.caller(bearer: tokens.accessToken).status == .active)
            _ = try await fixture.refresh(tokens.refreshToken)
        }
    }

    @Test func suspensionsRunOut() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let token = try await fixture.login().accessToken
            let accounts = fixture.accounts
            try await fixture.administration.setStatus(accountID: id, .suspended)
            #expect(try await accounts.caller(bearer: token).status == .suspended)
            try await fixture.administration.setStatus(accountID: id, .suspended, until: .now.addingTimeInterval(3_600))
            #expect(try await accounts.caller(bearer: token).status == .suspended)
            try await fixture.administration.setStatus(accountID: id, .suspended, until: .now.addingTimeInterval(-1))
            #expect(try await accounts.caller(bearer: token).status == .active)
            #expect(try await accounts.profile(of: accounts.caller(bearer: token)).status == .active)
        }
    }
}
