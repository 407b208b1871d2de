package import Foundation
package import Platform
package import Postgres

/// What an operator does to accounts from the command line; needs nothing but the database.
package struct AccountAdministration: Sendable {
    private let database: Database
    private let store: AccountStore
    private let events: EventBus?

    /// - Parameter events: reaches running servers, so that they end what is under way at once; without it they notice
    ///   when they next look.
    package init(_ database: Database, events: EventBus? = nil) {
        self.database = database
        store = AccountStore(database)
        self.events = events
    }

    /// Makes an account of any role and gives its id. Throws an ``AccountAdministrationError``.
    package func create(username: String, email: String, password: String, role: Role) async throws -> Int {
        let problems = AccountRules.problems(username: username, email: email, password: password)
        guard problems.isEmpty else { throw AccountAdministrationError.invalid(problems) }
        let hash = try await Self.hash(password)
        do {
            return try await store.insert(username: username, email: email, passwordHash: hash, role: role)
        } catch {
            guard let duplicate = Problem.duplicateAccount(error) else { throw error }
            throw AccountAdministrationError.taken(duplicate.message)
        }
    }

    /// Sets an account's password, by its username in whatever case, and ends its sessions.
    /// Throws an ``AccountAdministrationError``.
    package func setPassword(of username: String, to password: String) async throws {
        if let problem = AccountRules.problem(password: password, username: username, email: nil) {
            throw AccountAdministrationError.invalid(["password": problem])
        }
        let hash = try await Self.hash(password)
        // Two statements, not one: the second has to see sessions that began while the first waited for the account.
        let ended = try await database.transaction { transaction in
            guard let id = try await AccountStore(transaction).setPasswordHash(username: username, hash) else {
                throw AccountAdministrationError.unknown(username)
            }
            return try await SessionStore(transaction).endAll(accountID: id).map {
                Event(.sessionEnded, userID: id, id: $0)
            }
        }
        for event in ended { await events?.publish(event) }
    }

    /// The id of the account of this name, in whatever case. Throws an ``AccountAdministrationError``.
    package func id(of username: String) async throws -> Int {
        guard let id = try await store.id(username: username) else {
            throw AccountAdministrationError.unknown(username)
        }
        return id
    }

    /// Bans, suspends or restores an account, and has what it has under way looked at again. Its sessions stay: each
    /// request asks for the account's status, and all is as before when a ban is lifted.
    /// - Parameter until: when a suspension ends by itself; nil for one without an end.
    package func setStatus(accountID: Int, _ status: AccountStatus, until: Date? = nil) async throws {
        guard try await store.setStatus(accountID: accountID, status, until: until) else {
            throw AccountAdministrationError.unknown("\(accountID)")
        }
        await events?.publish(Event(.accountChanged, userID: accountID, id: accountID))
    }

    /// The id of the account `demo` (demo@example.com) that a development server has for a first look. It gets this
    /// password if it has to be made; else it keeps the one it has, and `isNew` is false.
    package func ensureDemoAccount(password: String) async throws -> (id: Int, isNew: Bool) {
        if let id = try await store.id(username: Self.demoUsername) { return (id, false) }
        let id = try await create(
            username: Self.demoUsername, email: Self.demoEmail, password: password, role: .user)
        return (id, true)
    }

    package static let demoUsername = "demo"
    package static let demoEmail = "demo@example.com"

    /// Hashes on a thread of its own, so that commands too leave the cooperative pool alone.
    private static func hash(_ password: String) async throws(PasswordError) -> String {
        let hasher = PasswordHasher(concurrentHashes: 1)
        let result: Result<String, PasswordError>
        do {
            result = .success(try await hasher.hash(password))
        } catch {
            result = .failure(error)
        }
        await hasher.close()
        return try result.get()
    }
}

/// Why a command on accounts was not carried out.
package enum AccountAdministrationError: Error, Hashable, CustomStringConvertible {
    /// What is wrong with which value.
    case invalid([String: String])
    /// The name or address is another's.
    case taken(String)
    /// There is no account of this name.
    case unknown(String)

    package var description: String {
        switch self {
        case .invalid(let problems):
            problems.sorted { $0.key < $1.key }.map { "The \($0.key) \($0.value)." }.joined(separator: " ")
        case .taken(let message): message
        case .unknown(let name): "There is no account named \(name)."
        }
    }
}
