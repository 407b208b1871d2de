import Foundation
import HTTPTypes
import Logging
import Platform
import TestSupport
import Testing

@testable import API
@testable import talas

/// The description of the API and the router's routes are equal, both ways.
struct RouteDescriptionTests {
    private struct Operation: Hashable, CustomStringConvertible {
        let method: String
        let path: String
        var description: String { "\(method) \(path)" }
    }

    private func described() throws -> Set<Operation> {
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json.utf8)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let methods: Set = ["get", "put", "post", "delete", "patch", "head", "options"]
        return Set(
            paths.flatMap { path, item in
                item.keys.filter(methods.contains).map { Operation(method: $0.uppercased(), path: path) }
            })
    }

    private func answered() async throws -> Set<Operation> {
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
                Operation(method: entry.method.rawValue, path: entry.path.replacing("/**", with: "/{path}"))
            })
    }

    @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() async throws {
        let described = try described()
        // A HEAD that only repeats what a GET says needs no words of its own.
        let answered = try await answered()
        let undescribed = answered.subtracting(described).filter { operation in
            operation.method != "HEAD" || !described.contains(Operation(method: "GET", path: operation.path))
        }
        #expect(undescribed.isEmpty)
        #expect(described.subtracting(answered).isEmpty)
        #expect(!described.isEmpty)
    }
}
