import Postgres
package import Hummingbird
package import Platform

/// `/tracks`: list, show, upload, change, delete, restore, and those of the same recording.
package struct TrackRoutes: Sendable {
    private let service: TrackService
    private let uploads: TrackUpload
    private let access: MediaAccess
    private let similar: SimilarTracks

    init(service: TrackService, uploads: TrackUpload, access: MediaAccess, similar: SimilarTracks) {
        self.similar = similar
        self.service = service
        self.uploads = uploads
        self.access = access
    }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tracks", use: list)
        routes.post("tracks", use: upload)
        routes.get("tracks/{id}", use: show)
        routes.put("tracks/{id}", use: update)
        routes.delete("tracks/{id}", use: delete)
        routes.post("tracks/{id}/restore", use: restore)
        routes.get("tracks/{id}/similar", use: listSimilar)
        return routes
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<TrackObject> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        var filter = TrackStore.Filter(userID: try request.queryInteger("user_id", in: 1...Int(Int32.max)))
        if let text = request.query("tag") {
            // What cannot be a tag is one that no track has.
            guard let tag = TagName(text) else { return Paged([], page: page, total: 0) }
            filter.tag = tag
        }
        let (tracks, total) = try await service.store.visible(to: caller.userID, filter, page)
        return Paged(tracks.map { object($0, caller) }, page: page, total: total)
    }

    @Sendable private func upload(_ request: Request, _ context: AppContext) async throws -> Success<TrackObject> {
        let caller = try context.requireWriter()
        let track = try await uploads.receive(request, context, from: caller)
        return Success(object(track, caller), message: "Track uploaded successfully", status: .created)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<TrackObject> {
        let caller = try context.requireCaller()
        let id = Track.ID(try context.integerParameter("id"))
        return Success(object(try await service.track(id, for: caller, key: request.query("key")), caller))
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<TrackObject> {
        let caller = try context.requireWriter()
        let id = Track.ID(try context.integerParameter("id"))
        let changes = try TrackChanges(try await request.decodeJSON(TrackInput.self, context))
        let track = try await service.update(id, changes, by: caller)
        return Success(object(track, caller), message: "Track updated successfully")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        try await service.delete(Track.ID(try context.integerParameter("id")), by: caller)
        return Acknowledgement("Track deleted; it can be restored for \(TrackStore.restorableDays) days")
    }

    @Sendable private func restore(_ request: Request, _ context: AppContext) async throws -> Success<TrackObject> {
        let caller = try context.requireWriter()
        let track = try await service.restore(Track.ID(try context.integerParameter("id")), by: caller)
        return Success(object(track, caller), message: "Track restored successfully")
    }

    @Sendable private func listSimilar(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[SimilarTrackObject]> {
        let caller = try context.requireCaller()
        let id = Track.ID(try context.integerParameter("id"))
        let track = try await service.track(id, for: caller, key: request.query("key"))
        let matches = try await similar.matches(of: track, visibleTo: caller.userID)
        return Success(matches.map { SimilarTrackObject($0, object($0.track, caller)) })
    }

    private func object(_ track: Track, _ caller: Caller) -> TrackObject { access.object(track, for: caller) }
}
