import Hummingbird
import Platform

/// Holds every route to what a caller's status and credential allow, in one place: a suspended account changes nothing,
/// and a personal access token reaches as far as its scopes.
struct CallerRestrictions: RouterMiddleware {
    typealias Context = AppContext

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        // The router found the route before this runs: its pattern, not the path as it was spelled, is what counts.
        if let caller = context.caller, let route = context.endpointPath {
            guard caller.holds(anyOf: RouteAccess.scopes(request.method, route)) else {
                throw Problem.insufficientScope
            }
            guard caller.status == .active || RouteAccess.isOpenToSuspended(request.method, route) else {
                throw Problem.suspended
            }
        }
        return try await next(request, context)
    }
}
