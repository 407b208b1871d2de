import Foundation
import HTTPTypes
package import Hummingbird
package import Platform
import Postgres

/// `/uploads/tus`: resumable uploads by tus 1.0.0, which end as `POST /tracks` does.
package struct TusRoutes: Sendable {
    private static let extensions = "creation,creation-with-upload,termination,checksum,expiration"
    private static let pieceType = "application/offset+octet-stream"

    private let uploads: ResumableUploads
    private let maximumBytes: Int

    /// - Parameter maximumBytes: largest file.
    init(uploads: ResumableUploads, maximumBytes: Int) {
        self.uploads = uploads
        self.maximumBytes = maximumBytes
    }

    /// At the root.
    package var rootRoutes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.add(middleware: TusProtocol())
        routes.on("uploads/tus", method: .options, use: options)
        routes.on("uploads/tus/{upload}", method: .options, use: options)
        routes.post("uploads/tus", use: create)
        for method in [.head, .patch, .delete, .post] as [HTTPRequest.Method] {
            routes.on("uploads/tus/{upload}", method: method, use: answer)
        }
        return routes
    }

    @Sendable private func options(_ request: Request, _ context: AppContext) -> Response {
        Response(
            status: .noContent,
            headers: [
                .tusVersion: TusProtocol.version, .tusExtension: Self.extensions, .tusMaxSize: String(maximumBytes),
                .tusChecksumAlgorithm: UploadChecksum.Algorithm.allCases.map(\.rawValue).joined(separator: ","),
            ])
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try context.requireWriter()
        guard request.headers[.uploadDeferLength] == nil, request.headers[.uploadConcat] == nil else {
            throw Problem.invalid([
                "Upload-Length": "is required: neither deferred lengths nor concatenation are supported"
            ])
        }
        let length = try Self.number(.uploadLength, request)
        guard length > 0 else { throw Problem.invalid(["Upload-Length": "The file is empty."]) }
        let metadata = try UploadMetadata(request.headers[.uploadMetadata] ?? "")
        // What is wrong with a body that comes along is told before there is an upload to forget.
        let piece = request.headers[.contentType] == nil ? nil : try piece(request, context, offset: 0)
        var upload = try await uploads.create(length: length, metadata: metadata, by: caller)
        let location = "/uploads/tus/\(upload.id.uuidString.lowercased())"
        if let piece {
            do {
                upload = try await uploads.append(piece, to: upload.id, by: caller)
            } catch {
                // The client does not know where it would go on.
                let id = upload.id
                try? await Task { try await uploads.terminate(id, by: caller) }.value
                throw error
            }
        }
        do {
            var response = try Self.response(.created, upload)
            response.headers[.location] = location
            return response
        } catch {
            throw Problem(error, location: location)
        }
    }

    /// Requests to an upload, be it by POST for clients that can do no other method.
    @Sendable private func answer(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let id = context.parameters.get("upload").flatMap(UUID.init(uuidString:)) else {
            throw Problem.notFound("upload")
        }
        switch request.headers[.methodOverride]?.uppercased() ?? request.method.rawValue {
        case "HEAD":
            return try await show(id, caller)
        case "PATCH":
            let piece = try piece(request, context, offset: Self.number(.uploadOffset, request))
            let upload = try await uploads.append(piece, to: id, by: try context.requireWriter())
            return try Self.response(.noContent, upload)
        case "DELETE":
            try await uploads.terminate(id, by: try context.requireWriter())
            return Response(status: .noContent)
        default:
            throw Problem(
                .methodNotAllowed, code: "method_not_allowed", "An upload answers to HEAD, PATCH and DELETE only.",
                headers: [.allow: "DELETE, HEAD, OPTIONS, PATCH"])
        }
    }

    private func show(_ id: UUID, _ caller: Caller) async throws -> Response {
        let upload = try await uploads.status(of: id, for: caller)
        var response = try Self.response(.ok, upload)
        response.headers[.uploadLength] = String(upload.length)
        if !upload.metadata.isEmpty { response.headers[.uploadMetadata] = upload.metadata }
        return response
    }

    private func piece(
        _ request: Request, _ context: AppContext, offset: Int
    ) throws(Problem) -> ResumableUploads.Piece {
        guard request.headers[.contentType]?.lowercased() == Self.pieceType else {
            throw Problem(
                .unsupportedMediaType, code: "unsupported_media_type", "Send the bytes as \(Self.pieceType).")
        }
        var checksum: UploadChecksum?
        if let header = request.headers[.uploadChecksum] { checksum = try UploadChecksum(header) }
        return ResumableUploads.Piece(
            offset: offset, declaredBytes: request.headers[.contentLength].flatMap { Int($0) }, checksum: checksum,
            body: request.body, eventLoop: context.channel.eventLoop)
    }

    /// How far the upload is; or why it became no track, told as `POST /tracks` does.
    private static func response(
        _ status: HTTPResponse.Status, _ upload: ResumableUpload
    ) throws(Problem) -> Response {
        var headers: HTTPFields = [
            .uploadOffset: String(upload.received), .uploadExpires: HTTPDate.text(upload.expiresAt),
        ]
        switch upload.outcome {
        case .track(let track): headers[.talasTrackID] = String(track.rawValue)
        case .refused(let refusal): throw refusal.problem
        case nil: break
        }
        return Response(status: status, headers: headers)
    }

    private static func number(_ name: HTTPField.Name, _ request: Request) throws(Problem) -> Int {
        guard let text = request.headers[name], let number = Int(text), number >= 0 else {
            throw .invalid([name.rawName: "must be a whole number of bytes"])
        }
        return number
    }
}

extension Problem {
    /// The same with the address of what was made before it.
    fileprivate init(_ problem: Problem, location: String) {
        self.init(
            problem.status, code: problem.code, problem.message, fields: problem.fields, details: problem.details,
            headers: [.location: location])
    }
}
