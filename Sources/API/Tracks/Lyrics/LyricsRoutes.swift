import Postgres
package import Hummingbird
package import Platform

/// `/tracks/:id/lyrics`.
package struct LyricsRoutes: Sendable {
    private let service: TrackService
    private let store: LyricsStore

    package init(service: TrackService, store: LyricsStore) {
        self.service = service
        self.store = store
    }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tracks/{id}/lyrics", use: show)
        routes.put("tracks/{id}/lyrics", use: update)
        return routes
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<LyricsObject> {
        let caller = try context.requireCaller()
        let id = Track.ID(try context.integerParameter("id"))
        let track = try await service.track(id, for: caller, key: request.query("key"))
        return Success(LyricsObject(try await store.lyrics(of: track.id)))
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<LyricsObject> {
        let caller = try context.requireWriter()
        let id = Track.ID(try context.integerParameter("id"))
        let input = try await request.decodeJSON(LyricsInput.self, context)
        var faults: [String: String] = [:]
        var changes = TrackChanges()
        changes.lyrics = LyricsText.checked(input.lyrics.map { .set($0) } ?? .clear, &faults)
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        _ = try await service.update(id, changes, by: caller)
        return Success(LyricsObject(try await store.lyrics(of: id)), message: "Lyrics updated successfully")
    }
}

/// `{"lyrics"}`: plain or LRC; null takes them away.
private struct LyricsInput: Decodable, Sendable {
    let lyrics: String?

    private enum CodingKeys: CodingKey { case lyrics }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Null says something here, and nothing at all does not.
        guard container.contains(.lyrics) else {
            throw DecodingError.keyNotFound(
                CodingKeys.lyrics, .init(codingPath: container.codingPath, debugDescription: "is required"))
        }
        lyrics = try container.decodeIfPresent(String.self, forKey: .lyrics)
    }
}

/// Lyrics as they were given, and their lines by time where they are LRC.
package struct LyricsObject: Encodable, Sendable {
    @Nullable private var lyrics: String?
    @Nullable private var synced: [SyncedLyrics.Line]?

    init(_ lyrics: String?) {
        self.lyrics = lyrics
        synced = lyrics.flatMap { SyncedLyrics(lrc: $0)?.lines }
    }
}
