import Postgres
import HTTPTypes
package import Hummingbird
package import Platform

/// The sound of tracks: `/uploads/tracks/:id.EXT` and `/tracks/:id/stream`.
package struct StreamRoutes: Sendable {
    private let access: MediaAccess
    private let stored: StoredResponse

    package init(access: MediaAccess, stored: StoredResponse) {
        self.access = access
        self.stored = stored
    }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tracks/{id}/stream", use: stream)
        routes.head("tracks/{id}/stream", use: stream)
        return routes
    }

    /// At the root.
    package var rootRoutes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("uploads/tracks/{file}", use: file)
        routes.head("uploads/tracks/{file}", use: file)
        return routes
    }

    @Sendable private func file(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let name = MediaFileName(context.parameters.get("file") ?? "") else { throw Problem.notFound("file") }
        let (track, listener) = try await access.track(Track.ID(name.id), .audio, request, context)
        guard name.fileExtension == track.source.fileExtension else { throw Problem.notFound("file") }
        try requireOriginal(of: track, request)
        return try await original(track, listener, request, context)
    }

    @Sendable private func stream(_ request: Request, _ context: AppContext) async throws -> Response {
        let id = Track.ID(try context.integerParameter("id"))
        let (track, listener) = try await access.track(id, .audio, request, context)
        let format = request.query("format")
        if let format, format != "original", !track.source.formatNames.contains(format) {
            throw Self.unavailable("Format \(format.prefix(20))", track)
        }
        if format != "original" { try requireOriginal(of: track, request) }
        var response = try await original(track, listener, request, context)
        if format == nil { response.headers[.vary] = "Accept" }
        return response
    }

    private func original(
        _ track: Track, _ listener: Listener, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        guard track.metadata.downloadable || track.userID == listener.userID else {
            throw Problem(
                .forbidden, code: "not_downloadable", "The uploader does not offer this track's original file.")
        }
        return try await stored.original(of: track, for: listener, request, context)
    }

    /// What asks for other bytes than the original's.
    private func requireOriginal(of track: Track, _ request: Request) throws(Problem) {
        if let bitrate = request.query("bitrate") { throw Self.unavailable("Bitrate \(bitrate.prefix(20))", track) }
        if let gain = request.query("gain"), gain != "none" { throw Self.unavailable("A gain", track) }
        if request.query("channels") != nil { throw Self.unavailable("A number of channels", track) }
    }

    private static func unavailable(_ what: String, _ track: Track) -> Problem {
        Problem(
            .badRequest, code: "unsupported_format",
            "\(what) cannot be had of this track; available is its original (\(track.source.fileExtension)), with "
                + "format=original.")
    }
}

extension TrackSource {
    /// What `format` may say and mean the source itself.
    var formatNames: Set<String> {
        fileExtension == "m4a" && codec == "aac" ? ["m4a", "aac"] : [fileExtension]
    }
}
