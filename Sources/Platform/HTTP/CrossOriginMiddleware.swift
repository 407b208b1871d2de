import HTTPTypes
package import Hummingbird

/// CORS (WHATWG Fetch §3.2) for the origins in `CORS_ALLOWED_ORIGINS`; `*` allows every origin, credentials in cookies
/// never matter since tokens travel in headers.
package struct CrossOriginMiddleware: RouterMiddleware {
    package typealias Context = AppContext
    private let origins: Set<String>

    private static let allowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    private static let allowedHeaders =
        "Authorization, Content-Type, Range, If-Range, If-Match, If-None-Match, Idempotency-Key, X-Request-Id, "
        + "Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, Upload-Checksum, X-HTTP-Method-Override"
    private static let exposedHeaders =
        "Content-Range, Accept-Ranges, ETag, Location, Retry-After, X-Request-Id, "
        + "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, "
        + "Upload-Metadata, Upload-Expires, Talas-Track-Id"

    package init(allowedOrigins: [String]) { origins = Set(allowedOrigins) }

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        let allowed = origins.contains("*") || origins.contains(origin)
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            var headers: HTTPFields = [.vary: "Origin"]
            if allowed {
                headers[.accessControlAllowOrigin] = origin
                headers[.accessControlAllowMethods] = Self.allowedMethods
                headers[.accessControlAllowHeaders] = Self.allowedHeaders
                headers[.accessControlMaxAge] = "86400"
            }
            return Response(status: .noContent, headers: headers)
        }
        var response = try await next(request, context)
        response.headers[values: .vary].append("Origin")
        if allowed {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.accessControlExposeHeaders] = Self.exposedHeaders
        }
        return response
    }
}
