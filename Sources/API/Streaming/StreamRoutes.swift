import Postgres
import HTTPTypes
package import Hummingbird
package import Platform

/// The sound of tracks: `/uploads/tracks/:id.EXT` and `/tracks/:id/stream`.
package struct StreamRoutes: Sendable {
    /// Extensions that mean a form of the track; any other is no file at all.
    private static let formatNames: Set<String> = ["mp3", "opus", "wav", "m4a", "aac", "flac"]

    private let tracks: TrackStore
    private let access: MediaAccess
    private let reader: FileReader
    private let renditions: RenditionRoom
    private let live: LiveResponses
    private let hot: HotMedia

    package init(
        tracks: TrackStore, access: MediaAccess, reader: FileReader, renditions: RenditionRoom, live: LiveResponses,
        hot: HotMedia
    ) {
        self.tracks = tracks
        self.access = access
        self.reader = reader
        self.renditions = renditions
        self.live = live
        self.hot = hot
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
        let arrival = hot.arrival(of: request)
        let (track, listener) = try await access.track(Track.ID(name.id), .audio, request, context)
        guard name.fileExtension == track.source.fileExtension || Self.formatNames.contains(name.fileExtension) else {
            throw Problem.notFound("file")
        }
        return try await answer(track, listener, format: name.fileExtension, arrival, request, context)
    }

    @Sendable private func stream(_ request: Request, _ context: AppContext) async throws -> Response {
        let id = Track.ID(try context.integerParameter("id"))
        let arrival = hot.arrival(of: request)
        let (track, listener) = try await access.track(id, .audio, request, context)
        let format = request.query("format")
        var response = try await answer(track, listener, format: format, arrival, request, context)
        if format == nil { response.headers[.vary] = "Accept" }
        return response
    }

    private func answer(
        _ track: Track, _ listener: Listener, format: String?, _ arrival: HotMedia.Arrival?, _ request: Request,
        _ context: AppContext
    ) async throws -> Response {
        let wish = SoundChoice.Wish(
            format: format, bitrate: request.query("bitrate"), channels: request.query("channels"),
            gain: try await gain(of: track, Levelling(request.query("gain"))), accept: request.headers[.accept])
        let mayHaveOriginal = track.metadata.downloadable || track.userID == listener.userID
        switch try SoundChoice(wish, of: track.source, mayHaveOriginal: mayHaveOriginal) {
        case .original:
            let representation = MediaRepresentation(originalOf: track)
            let answer = try await response(to: track, listener, representation).answer(request, context) {
                try await StoredContent(track, reader: reader, chunks: hot.chunks)
            }
            let content = HotSound.Content.original(track.source.blob, hot.chunks)
            if let arrival { hot.remember(arrival, track, listener, representation, content) }
            return answer
        case .rendition(let rendition):
            try track.requireAnalysed()
            let (representation, content) = try await renditions.open(
                rendition, of: track, for: listener.userID)
            let answer = try await response(to: track, listener, representation).answer(request, context) { content }
            if let arrival { hot.remember(arrival, track, listener, representation, .rendition(content)) }
            return answer
        }
    }

    private func gain(of track: Track, _ levelling: Levelling) async throws -> Int? {
        switch levelling {
        case .none: return nil
        case .track:
            return Levelling.gain(loudnessLUFS: track.facts.loudnessLUFS, truePeakDBTP: track.facts.truePeakDBTP)
        case .album:
            let level = try await tracks.albumLevel(of: track)
            return Levelling.gain(loudnessLUFS: level.loudnessLUFS, truePeakDBTP: level.truePeakDBTP)
        }
    }

    private func response(
        to track: Track, _ listener: Listener, _ representation: MediaRepresentation
    ) -> MediaResponse {
        MediaResponse(track: track, listener: listener, live: live, representation: representation)
    }
}

extension Track {
    /// What is made of a track can be had once it was decoded: 503 before, 409 when it could not be.
    func requireAnalysed() throws(Problem) {
        switch status {
        case .processing:
            throw Problem(
                .serviceUnavailable, code: "processing", "The track is being analysed: try again in a moment.",
                retryAfterSeconds: 2)
        case .failed:
            throw Problem(
                .conflict, code: "ingest_failed",
                "The track could not be analysed: \(failure ?? "its file cannot be decoded.")")
        case .ready: break
        }
    }
}
