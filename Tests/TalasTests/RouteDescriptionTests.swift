import Foundation
import Testing

@testable import API

/// The description of the API and the router's routes are equal, both ways.
struct RouteDescriptionTests {
    private func described() throws -> Set<ServedRoute> {
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json.utf8)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let methods: Set = ["get", "put", "post", "delete", "patch", "head", "options"]
        return Set(
            paths.flatMap { path, item in
                item.keys.filter(methods.contains).map { ServedRoute(method: $0.uppercased(), path: path) }
            })
    }

    @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() async throws {
        let described = try described()
        // A HEAD that only repeats what a GET says needs no words of its own.
        let answered = try await ServedRoutes.all()
        let undescribed = answered.subtracting(described).filter { operation in
            operation.method != "HEAD" || !described.contains(ServedRoute(method: "GET", path: operation.path))
        }
        #expect(undescribed.isEmpty)
        #expect(described.subtracting(answered).isEmpty)
        #expect(!described.isEmpty)
    }
}
