import HTTPTypes
package import Hummingbird
import Media
import NIOCore
package import Platform
import Postgres

/// `/tracks/:id/hls`: a track by HTTP Live Streaming (RFC 8216), for players that choose the bitrate by their line.
package struct HLSRoutes: Sendable {
    private let access: MediaAccess
    private let renditions: RenditionRoom
    private let live: LiveResponses

    package init(access: MediaAccess, renditions: RenditionRoom, live: LiveResponses) {
        self.access = access
        self.renditions = renditions
        self.live = live
    }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("tracks/{id}/hls/master.m3u8", use: master)
        routes.head("tracks/{id}/hls/master.m3u8", use: master)
        routes.get("tracks/{id}/hls/{rendition}/{file}", use: file)
        routes.head("tracks/{id}/hls/{rendition}/{file}", use: file)
        return routes
    }

    @Sendable private func master(_ request: Request, _ context: AppContext) async throws -> Response {
        let (track, listener) = try await track(request, context)
        let format = request.query("format") ?? "aac"
        guard format == "aac" || format == "opus" else {
            throw Problem.invalid(["format": "HLS comes as aac or opus."])
        }
        try track.requireAnalysed()
        var offered: [HLSRendition] = []
        // Players begin with the first.
        for kilobits in MasterPlaylist.ladder.sorted(by: { abs($0 - 128) < abs($1 - 128) }) {
            guard let codec = MasterPlaylist.codec(named: "\(format)-\(kilobits)") else { continue }
            offered.append(try await open(codec, of: track, for: listener.userID).rendition)
        }
        return playlist(MasterPlaylist(offered, query: query(track, request, context)).text, request)
    }

    @Sendable private func file(_ request: Request, _ context: AppContext) async throws -> Response {
        let (track, listener) = try await track(request, context)
        let name = context.parameters.get("file") ?? ""
        guard let codec = MasterPlaylist.codec(named: context.parameters.get("rendition") ?? "") else {
            throw Problem.notFound("rendition")
        }
        try track.requireAnalysed()
        let (whole, content, rendition) = try await open(codec, of: track, for: listener.userID)
        func answer(_ size: Int64, _ part: some MediaContent) async throws -> Response {
            let representation = MediaRepresentation(
                etag: "\(whole.etag.dropLast())-\(name)\"", size: size, contentType: "audio/mp4",
                lastModified: whole.lastModified, name: track.metadata.title, fileExtension: "mp4")
            return try await MediaResponse(track: track, listener: listener, live: live, representation: representation)
                .answer(request, context) { part }
        }
        if name == "index.m3u8" {
            return playlist(MediaPlaylist(rendition, query: query(track, request, context)).text, request)
        }
        if name == "init.mp4" {
            let bytes = rendition.initialisation
            return try await answer(Int64(bytes.count), ReadyContent(bytes: bytes))
        }
        guard let index = Self.segment(name), index < rendition.layout.segmentCount else {
            throw Problem.notFound("segment")
        }
        return try await answer(
            rendition.size(ofSegment: index), HLSContent(rendition: rendition, index: index, content: content))
    }

    /// The number in `17.m4s`.
    private static func segment(_ name: String) -> Int64? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == "m4s", let index = Int64(parts[0]), index >= 0, "\(index)" == parts[0]
        else {
            return nil
        }
        return index
    }

    private func track(_ request: Request, _ context: AppContext) async throws -> (Track, Listener) {
        try await access.track(Track.ID(try context.integerParameter("id")), .audio, request, context)
    }

    private func open(
        _ codec: RenditionCodec, of track: Track, for account: Int
    ) async throws -> (whole: MediaRepresentation, content: RenditionContent, rendition: HLSRendition) {
        let channels = min(2, track.source.channels)
        let (whole, content) = try await renditions.open(
            Rendition(codec: codec, channels: channels), of: track, for: account)
        return (whole, content, HLSRendition(content.layout))
    }

    /// What opens the addresses of a playlist: the very signature that opened it, so that none outlives it, or a new one
    /// for who came with a token, which players do not pass on.
    private func query(_ track: Track, _ request: Request, _ context: AppContext) -> String {
        if let caller = context.caller { return access.query(track.id, .audio, for: caller) }
        let signature = (request.uri.query ?? "").split(separator: "&").filter { pair in
            ["u=", "c=", "e=", "s="].contains { pair.hasPrefix($0) }
        }
        return signature.joined(separator: "&")
    }

    private func playlist(_ text: String, _ request: Request) -> Response {
        let representation = Representation(
            ByteBuffer(string: text), contentType: MediaPlaylist.mediaType, cacheControl: "private, no-cache")
        var response = representation.response(to: request)
        response.headers[.xContentTypeOptions] = "nosniff"
        return request.method == .head ? response.createHeadResponse() : response
    }
}
