import Hummingbird
package import Platform

/// `/users`: members, and one's own profile (also `/auth/me`), below `/api/v1`.
struct UserRoutes: Sendable {
    private static let maximumSearchCharacters = 100

    let accounts: Accounts
    let store: UserStore
    let follows: FollowStore
    let avatars: AvatarLinks

    /// The routes, relative to the API's base path.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("auth/me", use: showOwn)
            .get("users", use: list)
            .get("users/me", use: showOwn)
            .put("users/me", use: update)
            .get("users/except-me", use: listOthers)
            .get("users/{id}", use: show)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<UserSummary> {
        try await page(request, context, UserStore.Filter())
    }

    @Sendable private func listOthers(_ request: Request, _ context: AppContext) async throws -> Paged<UserSummary> {
        try await page(request, context, UserStore.Filter(isWithoutViewer: true))
    }

    private func page(
        _ request: Request, _ context: AppContext, _ filter: UserStore.Filter
    ) async throws -> Paged<UserSummary> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        var filter = filter
        filter.search = request.query("search").map { $0.trimmingWhitespace() }.flatMap { $0.isEmpty ? nil : $0 }
        guard (filter.search?.unicodeScalars.count ?? 0) <= Self.maximumSearchCharacters else {
            throw Problem.invalid(["search": "must have at most \(Self.maximumSearchCharacters) characters"])
        }
        let (users, total) = try await store.page(for: caller, filter, page)
        return Paged(
            users.map { UserSummary($0, avatarURL: avatars.url($0.avatar, of: $0.id, for: caller)) }, page: page,
            total: total)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<UserObject> {
        let caller = try context.requireCaller()
        let id = try context.accountParameter("id")
        guard let user = try await store.user(id, for: caller) else { throw Problem.notFound("user") }
        let counts = try await follows.counts(of: id, for: caller.userID)
        return Success(UserObject(user, counts, avatarURL: avatars.url(user.avatar, of: id, for: caller)))
    }

    @Sendable private func showOwn(_ request: Request, _ context: AppContext) async throws -> Success<ProfileResponse> {
        let caller = try context.requireCaller()
        return Success(avatars.profile(try await accounts.profile(of: caller), for: caller))
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<ProfileResponse> {
        let caller = try context.requireWriter()
        let changes = try ProfileChanges(try await request.decodeJSON(ProfileInput.self, context))
        // Who may see the address is decided by people, not by scripts.
        guard changes.emailVisible == nil || caller.scopes == nil else { throw Problem.insufficientScope }
        try await store.update(caller.userID, changes)
        return Success(
            avatars.profile(try await accounts.profile(of: caller), for: caller),
            message: "Profile updated successfully")
    }
}

extension AppContext {
    /// An account's id in the path; what is beyond any account's is 404.
    package func accountParameter(_ name: String) throws(Problem) -> Int {
        let id = try integerParameter(name)
        guard id <= Int(Int32.max) else { throw .notFound("user") }
        return id
    }
}
