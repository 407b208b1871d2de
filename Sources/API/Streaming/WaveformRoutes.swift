import Postgres
import HTTPTypes
package import Hummingbird
import Media
import NIOCore
import NIOPosix
package import Platform
import Synchronization

/// `/uploads/waveforms/:id.{png,svg,json,dat,peaks.json}`.
package struct WaveformRoutes: Sendable {
    private let access: MediaAccess
    private let drawing: WaveformDrawingRoom

    package init(access: MediaAccess, drawing: WaveformDrawingRoom) {
        self.access = access
        self.drawing = drawing
    }

    /// At the root.
    package var rootRoutes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("uploads/waveforms/{file}", use: waveform)
        routes.head("uploads/waveforms/{file}", use: waveform)
        return routes
    }

    @Sendable private func waveform(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let name = MediaFileName(context.parameters.get("file") ?? ""),
            let format = WaveformFormat(rawValue: name.fileExtension)
        else { throw Problem.notFound("file") }
        let (track, _) = try await access.track(Track.ID(name.id), .waveform, request, context)
        let options = try Self.options(request)
        try track.requireAnalysed()
        let bytes = try await drawing.draw(track.source.blob, format, options)
        let representation = Representation(
            ByteBuffer(bytes: bytes), contentType: format.mediaType, cacheControl: "private, no-cache")
        var response = representation.response(to: request)
        response.headers[.xContentTypeOptions] = "nosniff"
        return request.method == .head ? response.createHeadResponse() : response
    }

    private static func options(_ request: Request) throws(Problem) -> WaveformOptions {
        var parameters: [String: String] = [:]
        for name in ["width", "height", "color", "from", "to", "samples_per_pixel", "bits", "channels"] {
            parameters[name] = request.query(name)
        }
        do {
            return try WaveformOptions(parameters: parameters)
        } catch {
            throw .invalid(error.fields)
        }
    }
}
