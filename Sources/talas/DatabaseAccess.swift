import Foundation
import Logging
import Platform
import Postgres

/// How commands come to the database: the one of `DATABASE_URL`, or the private cluster, which a server may be running
/// already and which is else started for the command alone.
enum DatabaseAccess {
    /// Runs `body` with an open database and closes everything it opened afterwards.
    static func withDatabase<Value>(
        _ settings: Settings? = nil, _ body: (Database) async throws -> Value
    ) async throws -> Value {
        let settings = try settings ?? Settings(environment: ProcessInfo.processInfo.environment)
        let logger = Logger(label: "talas") { _ in TalasLogHandler(level: .warning, format: settings.logFormat) }
        if let url = settings.databaseURL { return try await use(settings.database(url: url.text), logger, body) }
        let cluster = PrivateCluster(dataDirectory: settings.dataDirectory, logger: logger)
        let connection = try await cluster.start()
        do {
            let value = try await use(settings.database(url: connection), logger, body)
            await cluster.stop()
            return value
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private static func use<Value>(
        _ settings: DatabaseSettings, _ logger: Logger, _ body: (Database) async throws -> Value
    ) async throws -> Value {
        let database = Database(settings, logger: logger)
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

extension Settings {
    /// The pool's bounds for a database at this address.
    func database(url: String) -> DatabaseSettings {
        DatabaseSettings(
            url: url, maxConnections: databaseMaxConnections, maxIdleConnections: databaseMaxIdleConnections)
    }

    /// Where a generated secret is kept when `JWT_SECRET` is not set.
    var jwtSecretPath: String { "\(dataDirectory)/jwt-secret" }
}
