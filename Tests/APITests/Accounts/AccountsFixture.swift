import Crypto
import Foundation
import Logging
import Platform
import Postgres
import TestSupport

@testable import API

/// Accounts over a database of their own, with hashes that cost little.
struct AccountsFixture {
    let database: Database
    let events: EventBus
    let accounts: Accounts
    let administration: AccountAdministration
    let hasher: PasswordHasher

    static let origin = SessionStore.Origin(userAgent: "tests", address: "192.0.2.1")

    static func run<Value>(
        registration: Settings.Registration = .open, refreshLifetimeSeconds: Int = 3_600,
        _ body: (AccountsFixture) async throws -> Value
    ) async throws -> Value {
        try await withDatabase { database in
            let events = EventBus(logger: quietLogger)
            let hasher = PasswordHasher(concurrentHashes: 2, maximumPending: 256, cost: PasswordHashTests.cheap)
            var accounts = Accounts(
                database: database, events: events,
                accessTokens: await AccessTokens(
                    secret: Secret("0123456789abcdef0123456789abcdef"), lifetimeSeconds: 600),
                refreshKey: SymmetricKey(size: .bits256), appPasswordKey: SymmetricKey(size: .bits256),
                policy: .init(registration: registration, refreshLifetimeSeconds: refreshLifetimeSeconds),
                hasher: hasher, logger: quietLogger)
            // No test is so slow that a delay runs out within it.
            accounts.limits = SignInLimits(firstDelay: .seconds(60))
            let fixture = AccountsFixture(
                database: database, events: events, accounts: accounts,
                administration: AccountAdministration(database, events: events), hasher: hasher)
            do {
                let value = try await body(fixture)
                await hasher.close()
                return value
            } catch {
                await hasher.close()
                throw error
            }
        }
    }

    /// Registers `NAME@example.com`.
    func register(_ username: String = "john") async throws -> Int {
        try await accounts.register(
            RegistrationRequest(username: username, email: "\(username)@example.com", password: Self.password)
        ).userID
    }

    func login(_ username: String = "john", password: String = password, from address: String = "192.0.2.1")
        async throws -> LoginResponse
    {
        try await accounts.login(
            LoginRequest(email: "\(username)@example.com", password: password),
            from: .init(userAgent: nil, address: address))
    }

    func refresh(_ token: String) async throws -> RefreshResponse {
        try await accounts.refresh(RefreshRequest(refreshToken: token))
    }

    static let password = "tr0ub4dor and three"
}

/// The code of the problem that the work throws; nil when it throws none.
func problemCode(_ work: () async throws -> some Any) async -> String? {
    do {
        _ = try await work()
        return nil
    } catch {
        return (error as? Problem)?.code ?? "\(error)"
    }
}
