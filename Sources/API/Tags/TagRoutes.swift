package import Hummingbird
package import Platform

/// `/tags`: list and search for everybody; rename, merge and delete for moderators.
package struct TagRoutes: Sendable {
    private let tags: TagStore

    package init(tags: TagStore) { self.tags = tags }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tags", use: list)
        routes.get("tags/search", use: search)
        routes.put("tags/{id}", use: rename)
        routes.post("tags/{id}/merge", use: merge)
        routes.delete("tags/{id}", use: delete)
        return routes
    }

    private var moderation: TagModeration { TagModeration(tags) }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<Tag> {
        _ = try context.requireCaller()
        let page = try PageRequest(request)
        let (tags, total) = try await tags.used(page)
        return Paged(tags, page: page, total: total)
    }

    @Sendable private func search(_ request: Request, _ context: AppContext) async throws -> Success<[Tag]> {
        _ = try context.requireCaller()
        let limit = try request.queryInteger("limit", in: 1...100) ?? 20
        // Nothing typed yet: the most used ones are the likeliest.
        guard let typed = request.query("q"), !typed.isEmpty else {
            return Success(try await tags.used(PageRequest(limit: limit)).tags)
        }
        guard let words = try SearchWords(typed) else { return Success([]) }
        return Success(try await tags.matching(words, limit: limit))
    }

    @Sendable private func rename(_ request: Request, _ context: AppContext) async throws -> Success<Tag> {
        let caller = try context.require(.moderator)
        let id = try context.integerParameter("id")
        let body = try await request.decodeJSON(TagRename.self, context)
        let tag = try await moderation.rename(id, to: body.name, by: caller, from: context.remoteAddress)
        return Success(tag, message: "Tag renamed")
    }

    @Sendable private func merge(_ request: Request, _ context: AppContext) async throws -> Success<Tag> {
        let caller = try context.require(.moderator)
        let id = try context.integerParameter("id")
        let body = try await request.decodeJSON(TagMerge.self, context)
        let tag = try await moderation.merge(id, into: body.into, by: caller, from: context.remoteAddress)
        return Success(tag, message: "Tags merged")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.require(.moderator)
        try await moderation.delete(
            try context.integerParameter("id"), by: caller, from: context.remoteAddress)
        return Acknowledgement("Tag deleted")
    }
}

/// Body of `PUT /tags/:id`.
struct TagRename: Decodable, Sendable {
    let name: String
}

/// Body of `POST /tags/:id/merge`.
struct TagMerge: Decodable, Sendable {
    /// The tag that stays.
    let into: Int
}
