import Hummingbird
import Platform

/// `GET /admin/dashboard`.
struct DashboardRoutes: Sendable {
    let store: DashboardStore

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self).get("admin/dashboard", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<Dashboard> {
        try context.require(.admin)
        return Success(try await store.figures())
    }
}
