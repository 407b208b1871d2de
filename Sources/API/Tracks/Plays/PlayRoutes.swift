import Foundation
import HTTPTypes
import Hummingbird
import Platform
import Postgres

/// `/tracks/:id/plays` and `/users/me/plays`, below `/api/v1`.
struct PlayRoutes: Sendable {
    let service: TrackService
    let plays: PlayStore
    let access: MediaAccess

    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .post("tracks/{id}/plays", use: report)
            .get("users/me/plays", use: list)
    }

    @Sendable private func report(_ request: Request, _ context: AppContext) async throws -> Success<PlayObject> {
        let caller = try context.requireWriter()
        let id = Track.ID(try context.integerParameter("id"))
        let key = request.query("key")
        let track = try await service.track(id, for: caller, key: key)
        let isEmpty = request.headers[.contentLength] ?? "0" == "0" && request.headers[.transferEncoding] == nil
        let report = isEmpty ? PlayReport() : try await request.decodeJSON(PlayReport.self, context)
        let progress = try PlayProgress(report, trackMilliseconds: track.facts.durationMilliseconds)
        let (play, isNew) = try await plays.note(
            progress, of: id, by: caller.userID, holdsKey: track.isOpened(by: key))
        return Success(PlayObject(play), message: "Play noted", status: isNew ? .created : .ok)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> CursorPaged<PlayedObject> {
        let caller = try context.requireCaller()
        let page = try CursorPage(request)
        let found = try await plays.list(of: caller.userID, page.withOneMore())
        return CursorPaged(found.map { PlayedObject($0, access.object($0.track, for: caller)) }, page: page)
    }
}

/// A listen in a response.
struct PlayObject: Encodable, Sendable {
    let id: Int
    /// Where to take up again.
    let positionMs: Int
    let listenedMs: Int
    /// Whether it is one of the track's plays.
    let counted: Bool
    let startedAt: Date
    let updatedAt: Date

    init(_ play: PlayStore.Play) {
        id = play.id
        positionMs = play.positionMilliseconds
        listenedMs = play.listenedMilliseconds
        counted = play.isCounted
        startedAt = play.startedAt
        updatedAt = play.updatedAt
    }
}

/// A listen in the list of one's own, with what was listened to.
struct PlayedObject: Encodable, Sendable, Identifiable {
    private let play: PlayObject
    private let track: TrackObject

    var id: Int { play.id }

    init(_ entry: PlayStore.Entry, _ track: TrackObject) {
        play = PlayObject(entry.play)
        self.track = track
    }

    private enum CodingKeys: CodingKey { case track }

    func encode(to encoder: any Encoder) throws {
        try play.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(track, forKey: .track)
    }
}
