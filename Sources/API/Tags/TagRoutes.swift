package import Hummingbird
package import Platform

/// `GET /tags`.
package struct TagRoutes: Sendable {
    private let tags: TagStore

    package init(tags: TagStore) { self.tags = tags }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tags", use: list)
        return routes
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<Tag> {
        _ = try context.requireCaller()
        let page = try PageRequest(request)
        let (tags, total) = try await tags.used(page)
        return Paged(tags, page: page, total: total)
    }
}
