import HTTPTypes
import Foundation
import Media
import NIOCore
import Platform

/// An uploaded form whose file is stored and whose fields are valid.
struct UploadForm: Sendable {
    /// Bytes of one field's text.
    private static let maximumFieldBytes = 128 << 10

    let changes: TrackChanges
    /// As the client calls the file, made harmless; nil when it does not say.
    let fileName: String?
    let blob: BlobID
    let size: Int

    /// Reads a form whose fields and file come in any order. The file goes to `upload` as it arrives; whatever is wrong
    /// with the form, nothing of it stays.
    static func read<Body: AsyncSequence & Sendable>(
        _ form: MultipartStream<Body>, admission: UploadAdmission, upload: () async throws -> BlobUpload
    ) async throws -> UploadForm where Body.Element == ByteBuffer {
        var fields: [String: String] = [:]
        var file: BlobUpload?
        var fileName: String?
        do {
            var events = form.makeAsyncIterator()
            while let event = try await next(&events) {
                guard case .partBegan(let part) = event else { continue }
                guard part.name == "file" else {
                    fields[part.name] = try await text(of: part, &events)
                    continue
                }
                guard file == nil else { throw Problem.invalid(["file": "Send one file at a time."]) }
                file = try await upload()
                fileName = part.fileName
                while case .body(let bytes)? = try await next(&events) {
                    try await file?.append(bytes)
                    try admission.check(fileBytes: file?.size ?? 0)
                }
            }
            let changes = try TrackChanges(TrackInput(form: fields))
            guard var received = file else { throw Problem.invalid(["file": "is required"]) }
            guard received.size > 0 else { throw Problem.invalid(["file": "The file is empty."]) }
            let (blob, size) = try await received.finish()
            return UploadForm(changes: changes, fileName: fileName, blob: blob, size: size)
        } catch {
            await file?.discard()
            throw error
        }
    }

    static func text<Body>(
        of part: MultipartPart, _ events: inout MultipartStream<Body>.Iterator
    ) async throws -> String {
        do {
            return try await events.text(of: part, maximumBytes: maximumFieldBytes)
        } catch let error as MultipartError {
            throw error
        } catch {
            throw Problem.interrupted
        }
    }

    static func next<Body>(_ events: inout MultipartStream<Body>.Iterator) async throws -> MultipartEvent? {
        do {
            return try await events.next()
        } catch let error as MultipartError {
            throw error
        } catch {
            throw Problem.interrupted
        }
    }
}
