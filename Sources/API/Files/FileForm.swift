import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Media
import Platform

/// An uploaded form with one file, which is on the disk and goes with the form, and fields that are not looked at yet.
struct FileForm: Sendable {
    let fields: [String: String]
    /// As the client calls the file, made harmless.
    let fileName: String
    /// The type that the client says it has.
    let declaredType: String?
    let content: StagedFile

    /// Reads a form whose fields and file come in any order. The file goes to `upload` as it arrives; whatever is wrong
    /// with the form, nothing of it stays.
    static func read(
        _ request: Request, admission: UploadAdmission, upload: () async throws -> BlobUpload
    ) async throws -> FileForm {
        do {
            let boundary = try MultipartBoundary(contentType: request.headers[.contentType])
            try admission.check(declaredBodyBytes: request.headers[.contentLength].flatMap { Int($0) })
            return try await read(
                MultipartStream(request.body, boundary: boundary), admission: admission, upload: upload)
        } catch let error as MultipartError {
            throw Problem.form(error)
        }
    }

    private static func read<Body: AsyncSequence & Sendable>(
        _ form: MultipartStream<Body>, admission: UploadAdmission, upload: () async throws -> BlobUpload
    ) async throws -> FileForm where Body.Element == ByteBuffer {
        var fields: [String: String] = [:]
        var file: BlobUpload?
        var head: MultipartPart?
        do {
            var events = form.makeAsyncIterator()
            while let event = try await UploadForm.next(&events) {
                guard case .partBegan(let part) = event else { continue }
                guard part.name == "file" else {
                    fields[part.name] = try await UploadForm.text(of: part, &events)
                    continue
                }
                guard file == nil else { throw Problem.invalid(["file": "Send one file at a time."]) }
                file = try await upload()
                head = part
                while case .body(let bytes)? = try await UploadForm.next(&events) {
                    try await file?.append(bytes)
                    try admission.check(fileBytes: file?.size ?? 0)
                }
            }
            guard var received = file else { throw Problem.invalid(["file": "is required"]) }
            guard received.size > 0 else { throw Problem.invalid(["file": "The file is empty."]) }
            return FileForm(
                fields: fields, fileName: head?.fileName ?? "file", declaredType: head?.contentType,
                content: try await received.stage())
        } catch {
            await file?.discard()
            throw error
        }
    }
}
