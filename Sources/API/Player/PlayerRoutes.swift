import HTTPTypes
package import Hummingbird
import NIOCore
package import Platform

/// The web page at `/` and its parts at `/assets/…`.
package struct PlayerRoutes: Sendable {
    /// Nothing but what this server itself serves; audio may also come from memory.
    static let contentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'"

    private let files = EmbeddedFile.files(below: "Player/Assets")

    package init() {}

    /// Adds the routes at the root.
    package func add(to router: some RouterMethods<AppContext>) {
        router.get("/") { request, _ in try page("index.html", request) }
        router.get("docs") { request, _ in try page("docs.html", request) }
        router.get("favicon.ico") { request, _ in try asset("icon.svg", request) }
        router.get("assets/**") { request, context in
            try asset(context.parameters.getCatchAll().joined(separator: "/"), request)
        }
    }

    private func page(_ name: String, _ request: Request) throws(Problem) -> Response {
        var response = try asset(name, request)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        response.headers[.init("Referrer-Policy")!] = "same-origin"
        return response
    }

    private func asset(_ name: String, _ request: Request) throws(Problem) -> Response {
        guard let bytes = files[name] else { throw .notFound("page") }
        var response = Representation(bytes, contentType: Self.type(of: name), cacheControl: "no-cache").response(
            to: request)
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "webmanifest": "application/manifest+json"
        default: "application/octet-stream"
        }
    }
}
