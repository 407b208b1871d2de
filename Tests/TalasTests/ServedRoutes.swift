import Foundation
import HTTPTypes
import Logging
import Platform
import TestSupport

@testable import API
@testable import talas

/// One method of one path, as the server answers it and OpenAPI writes it.
struct ServedRoute: Hashable, CustomStringConvertible {
    let method: String
    let path: String
    var description: String { "\(method) \(path)" }
}

/// What the program's own router answers.
enum ServedRoutes {
    static func all() async throws -> Set<ServedRoute> {
        let directory = try TemporaryDirectory()
        let settings = try Settings(environment: [
            "DATA_DIR": directory.path + "/data", "UPLOAD_PATH": directory.path + "/uploads",
            "INTERNAL_DOCS_PATH": directory.path + "/docs",
            "JWT_SECRET": String(repeating: "s", count: 32),
        ])
        // Nothing is connected to until a statement is sent.
        let wiring = try await Wiring(
            settings, roles: Set(Serve.Role.allCases), connection: "host=/nowhere", metrics: PrometheusMetrics(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let entries = wiring.api.routeTable.entries
        await wiring.close()
        return Set(
            entries.map { entry in
                ServedRoute(method: entry.method.rawValue, path: entry.path.replacing("/**", with: "/{path}"))
            })
    }
}
