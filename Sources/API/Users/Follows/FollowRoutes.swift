import Hummingbird
import Platform
import Postgres

/// `/users/:id/follow`, `/users/:id/tracks` and `/users/me/feed`, below `/api/v1`.
struct FollowRoutes: Sendable {
    let users: UserStore
    let follows: FollowStore
    let tracks: TrackStore
    let access: MediaAccess

    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .post("users/{id}/follow", use: follow)
            .delete("users/{id}/follow", use: unfollow)
            .get("users/{id}/tracks", use: listTracks)
            .get("users/me/feed", use: showFeed)
    }

    @Sendable private func follow(_ request: Request, _ context: AppContext) async throws -> Success<FollowObject> {
        let caller = try context.requireWriter()
        let id = try await visibleUser(context, caller)
        guard id != caller.userID else { throw Problem.invalid(["id": "must be somebody else's"]) }
        try await follows.insert(caller.userID, follows: id)
        return Success(FollowObject(try await follows.counts(of: id, for: caller.userID)), message: "Followed")
    }

    @Sendable private func unfollow(_ request: Request, _ context: AppContext) async throws -> Success<FollowObject> {
        let caller = try context.requireWriter()
        let id = try context.accountParameter("id")
        // Whoever is gone or banned can be left, too.
        try await follows.delete(caller.userID, follows: id)
        return Success(FollowObject(try await follows.counts(of: id, for: caller.userID)), message: "Unfollowed")
    }

    @Sendable private func listTracks(_ request: Request, _ context: AppContext) async throws -> Paged<TrackObject> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        let id = try await visibleUser(context, caller)
        let (found, total) = try await tracks.visible(to: caller.userID, .init(userID: id), page)
        return Paged(found.map { access.object($0, for: caller) }, page: page, total: total)
    }

    @Sendable private func showFeed(_ request: Request, _ context: AppContext) async throws -> CursorPaged<TrackObject>
    {
        let caller = try context.requireCaller()
        let page = try CursorPage(request)
        let found = try await follows.feed(of: caller.userID, page.withOneMore())
        return CursorPaged(found.map { access.object($0, for: caller) }, page: page)
    }

    private func visibleUser(_ context: AppContext, _ caller: Caller) async throws -> Int {
        let id = try context.accountParameter("id")
        guard try await users.user(id, for: caller) != nil else { throw Problem.notFound("user") }
        return id
    }
}

/// `data` of following and of leaving.
struct FollowObject: Encodable, Sendable {
    let followed: Bool
    let followersCount: Int

    init(_ counts: FollowStore.Counts) {
        followed = counts.isFollowed
        followersCount = counts.followers
    }
}
