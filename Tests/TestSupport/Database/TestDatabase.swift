import Foundation
package import Postgres

/// A database of its own for one test.
package struct TestDatabase: Sendable {
    /// A libpq conninfo or URI.
    package let url: String

    /// What to connect with; small bounds, since many tests run at once.
    package var settings: DatabaseSettings {
        var settings = DatabaseSettings(url: url)
        settings.maxConnections = 10
        return settings
    }
}

/// Runs the body with a fresh database, dropped afterwards: a clone with the whole schema, or an empty one.
package func withTestDatabase<T>(
    isMigrated: Bool = true, _ body: (TestDatabase) async throws -> T
) async throws -> T {
    try await TestCluster.permits.hold {
        let server = try await TestCluster.server()
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let template = isMigrated ? server.template : "template0"
        try await TestCluster.execute(["CREATE DATABASE \(name) TEMPLATE \(template)"], on: server.url)
        let outcome: Result<T, any Error>
        do {
            outcome = .success(try await body(TestDatabase(url: TestCluster.connection(server.url, database: name))))
        } catch {
            outcome = .failure(error)
        }
        try await TestCluster.execute(["DROP DATABASE \(name) WITH (FORCE)"], on: server.url)
        return try outcome.get()
    }
}

/// Runs the body with a client of a fresh database, closed and dropped afterwards.
package func withDatabase<T>(
    isMigrated: Bool = true, _ configure: (inout DatabaseSettings) -> Void = { _ in },
    _ body: (Database) async throws -> T
) async throws -> T {
    try await withTestDatabase(isMigrated: isMigrated) { test in
        var settings = test.settings
        configure(&settings)
        let database = Database(settings, logger: quietLogger)
        do {
            let value = try await body(database)
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }
}
