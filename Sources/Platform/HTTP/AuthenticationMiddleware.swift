import HTTPTypes
package import Hummingbird

/// Reads `Authorization: Bearer …` into ``AppContext/caller``. No header leaves the caller unknown; a bad token is 401.
package struct AuthenticationMiddleware: RouterMiddleware {
    package typealias Context = AppContext
    private let authenticate: @Sendable (String) async throws -> Caller

    /// - Parameter authenticate: the live caller of a token; throws a ``Problem`` otherwise.
    package init(authenticate: @escaping @Sendable (String) async throws -> Caller) {
        self.authenticate = authenticate
    }

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw Problem.unauthorized }
        var context = context
        context.caller = try await authenticate(String(parts[1]))
        return try await next(request, context)
    }
}
