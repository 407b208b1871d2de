package import Hummingbird
import NIOCore
package import Platform

/// `/openapi.json`.
package struct OpenAPIRoutes: Sendable {
    package init() {}

    /// Adds the route at the root.
    package func add(to router: some RouterMethods<AppContext>) {
        router.get("openapi.json") { request, _ in
            Representation(
                ByteBuffer(string: OpenAPIDocument.json), contentType: "application/json", cacheControl: "no-cache"
            ).response(to: request)
        }
    }
}
