import HTTPTypes
package import Hummingbird
package import Platform

/// What every request and answer of tus 1.0.0 has: `Tus-Resumable`, on refusals as well.
package struct TusProtocol: RouterMiddleware {
    package typealias Context = AppContext

    static let version = "1.0.0"

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            guard request.method == .options || request.headers[.tusResumable] == Self.version else {
                throw Problem(
                    .preconditionFailed, code: "tus_version",
                    "Send Tus-Resumable: \(Self.version); this server speaks that version of tus only.",
                    headers: [.tusVersion: Self.version])
            }
            response = try await next(request, context)
        } catch {
            guard let problem = error as? Problem ?? Problem.translating(error) else { throw error }
            response = try problem.response(from: request, context: context)
        }
        response.headers[.tusResumable] = Self.version
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

/// Header fields of tus 1.0.0 and its extensions, and ours.
extension HTTPField.Name {
    static let tusResumable = HTTPField.Name("Tus-Resumable")!
    static let tusVersion = HTTPField.Name("Tus-Version")!
    static let tusExtension = HTTPField.Name("Tus-Extension")!
    static let tusMaxSize = HTTPField.Name("Tus-Max-Size")!
    static let tusChecksumAlgorithm = HTTPField.Name("Tus-Checksum-Algorithm")!
    static let uploadLength = HTTPField.Name("Upload-Length")!
    static let uploadDeferLength = HTTPField.Name("Upload-Defer-Length")!
    static let uploadConcat = HTTPField.Name("Upload-Concat")!
    static let uploadOffset = HTTPField.Name("Upload-Offset")!
    static let uploadMetadata = HTTPField.Name("Upload-Metadata")!
    static let uploadChecksum = HTTPField.Name("Upload-Checksum")!
    static let uploadExpires = HTTPField.Name("Upload-Expires")!
    static let methodOverride = HTTPField.Name("X-HTTP-Method-Override")!
    static let talasTrackID = HTTPField.Name("Talas-Track-Id")!
}
