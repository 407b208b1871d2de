import Foundation
import NIOHTTP1
import Postgres
import TestSupport
import Testing

@testable import API

/// The running program with a catalogue, an administrator and two members.
struct CatalogueApp {
    let app: TestApp
    let database: Database
    let admin: TestAccount
    let ann: TestAccount
    let bob: TestAccount

    static func run(environment: [String: String] = [:], _ body: (CatalogueApp) async throws -> Void) async throws {
        try await AccountRoutesTests.run(environment: environment) { app, database in
            let admin = try await app.signUp("admin")
            try await database.execute("UPDATE users SET role = 'admin' WHERE id = $1", admin.id)
            try await body(
                CatalogueApp(
                    app: app, database: database, admin: admin, ann: try await app.signUp("ann"),
                    bob: try await app.signUp("bob")))
        }
    }

    /// Adds a product to the catalogue and gives its id.
    func product(_ fields: [String: any Sendable]) async throws -> Int {
        let answer = try await app.api(.POST, "/admin/products", fields, token: admin.accessToken)
        guard answer.status == 201, let id = Self.object(answer)["id"] as? Int else {
            throw TestFailure("POST /admin/products answered \(answer)")
        }
        return id
    }

    /// Adds a product to Ann's collection and gives what was answered.
    func own(_ fields: [String: any Sendable]) async throws -> [String: Any] {
        let answer = try await app.api(.POST, "/user-products", fields, token: ann.accessToken)
        guard answer.status == 201 else { throw TestFailure("POST /user-products answered \(answer)") }
        return Self.object(answer)
    }

    static func object(_ answer: TestResponse) -> [String: Any] { answer.data as? [String: Any] ?? [:] }
    static func objects(_ answer: TestResponse) -> [[String: Any]] { answer.data as? [[String: Any]] ?? [] }
    static func fields(_ answer: TestResponse) -> [String: String] {
        answer.json?["fields"] as? [String: String] ?? [:]
    }

    /// A day so many days from today, as the database counts them.
    static func day(_ offset: Int) -> String {
        let date = Date(timeIntervalSinceNow: Double(offset) * 86_400)
        return String(date.formatted(.iso8601).prefix(10))
    }
}
