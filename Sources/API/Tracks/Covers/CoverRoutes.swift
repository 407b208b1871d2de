import Postgres
import HTTPTypes
package import Hummingbird
import Media
import NIOCore
package import Platform

/// `/tracks/:id/cover`.
package struct CoverRoutes: Sendable {
    private let service: TrackService
    private let access: MediaAccess
    private let room: CoverRoom

    package init(service: TrackService, access: MediaAccess, room: CoverRoom) {
        self.service = service
        self.access = access
        self.room = room
    }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tracks/{id}/cover", use: show)
        routes.head("tracks/{id}/cover", use: show)
        routes.put("tracks/{id}/cover", use: replace)
        routes.delete("tracks/{id}/cover", use: remove)
        return routes
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let id = Track.ID(try context.integerParameter("id"))
        let track = try await access.trackOfPicture(id, request, context)
        let size = try CoverSize(request.query("size"))
        guard let cover = track.cover else { throw Self.noCover }
        guard let bytes = try await room.cover(cover, size) else { throw Self.noCover }
        let representation = Representation(
            ByteBuffer(bytes: bytes), contentType: "image/jpeg", cacheControl: "private, no-cache")
        var response = representation.response(to: request)
        response.headers[.xContentTypeOptions] = "nosniff"
        return request.method == .head ? response.createHeadResponse() : response
    }

    @Sendable private func replace(_ request: Request, _ context: AppContext) async throws -> Success<TrackObject> {
        let caller = try context.requireWriter()
        let id = Track.ID(try context.integerParameter("id"))
        // Strangers need not send their picture first.
        try await service.requireOwner(of: id, caller)
        let picture = try await room.prepare(try await CoverForm.read(request))
        let track = try await service.setCover(of: id, to: picture, by: caller)
        return Success(access.object(track, for: caller), message: "Cover updated successfully")
    }

    @Sendable private func remove(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        _ = try await service.setCover(of: Track.ID(try context.integerParameter("id")), to: nil, by: caller)
        return Acknowledgement("Cover deleted")
    }

    private static let noCover = Problem(.notFound, code: "no_cover", "This track has no cover.")
}
