import Foundation
import HTTPTypes
import Hummingbird
import Media
import Platform
import Postgres

/// A stored file, as a row describes it.
struct FileContent: Sendable {
    let blob: BlobID
    let size: Int
    let mediaType: String
    /// As people call it.
    let name: String
    let uploadedAt: Date

    /// Of a row with these columns.
    init(row: Row) throws(PostgresError) {
        blob = try row.decode("sha256")
        size = try row.decode("size")
        mediaType = try row.decode("mime_type")
        name = try row.decode("filename")
        uploadedAt = try row.decode("uploaded_at")
    }
}

/// Answers requests for stored files: whole or in ranges, never as something that a browser runs.
struct FileDownload: Sendable {
    /// Without memory of its own: what is downloaded once need not be kept at hand.
    private static let chunks = StoredChunks(capacityBytes: 0)

    let reader: FileReader
    let running: RunningDownloads

    /// - Parameters:
    ///   - isShown: pictures are shown in place; everything else is saved.
    ///   - check: whether it may go on, asked each second while it is sent.
    func answer(
        _ content: FileContent, isShown: Bool, _ request: Request, _ context: AppContext,
        check: @escaping RunningDownloads.Check
    ) async throws -> Response {
        let representation = Self.representation(content, isShown: isShown)
        let response = MediaResponse(representation: representation) { [running] channel in
            running.add(channel, check)
        }
        return try await response.answer(request, context) {
            try await StoredContent(
                content.blob, size: content.size, reader: reader, chunks: Self.chunks)
        }
    }

    static func representation(_ content: FileContent, isShown: Bool) -> MediaRepresentation {
        let format = FileFormat(mediaType: content.mediaType)
        let name = FileName(content.name)
        // A name says what a file is to the machine it is saved on: only the extension that is true may stand at its end.
        let isNamedTruly = format.flatMap { $0.fileExtensions.contains(name.fileExtension ?? "") } ?? false
        let type = format?.isText == true ? "\(content.mediaType); charset=utf-8" : content.mediaType
        let showsInPlace = isShown && format?.isPicture == true
        var representation = MediaRepresentation(
            etag: "\"\(content.blob)\"", size: Int64(content.size),
            contentType: format == nil ? "application/octet-stream" : type, lastModified: content.uploadedAt,
            disposition: ContentDisposition.field(
                showsInPlace ? .inline : .attachment, name: isNamedTruly ? name.stem : content.name,
                fileExtension: isNamedTruly ? name.fileExtension ?? "" : format?.fileExtensions[0] ?? "bin"))
        representation.add(.contentSecurityPolicy, "sandbox; default-src 'none'")
        return representation
    }
}
