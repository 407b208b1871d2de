import HTTPTypes
import Hummingbird
import Media
import NIOCore
import NIOPosix
import Platform

/// Takes in what is to be imported: a table or an archive, in a form's part `file` or as the body itself. It is laid on
/// the disk while it arrives, in a file of its own that is never stored, and read there.
struct ImportReceiver: Sendable {
    /// Bytes of the largest table.
    private static let maximumTableBytes = 16 << 20

    let imports: CollectionImport
    let archives: ArchiveImport
    let references: BlobReferences
    let policy: Catalogue.Policy

    /// Reads and does what the request says; without `dry_run=false` in the query or the form nothing is changed.
    func receive(_ request: Request, _ context: AppContext, from caller: Caller) async throws -> ImportReport {
        let admission = UploadAdmission(
            what: "An import", maximumBytes: policy.quotaBytes > 0 ? policy.quotaBytes : Int.max / 2, quotaBytes: 0,
            usedBytes: 0,
            freeBytes: try await references.threads.runIfActive { [store = references.store] in
                try store.freeBytes()
            }, minimumFreeBytes: policy.minimumFreeBytes)
        let (content, field) = try await take(request, context, admission)
        return try await read(content, isDryRun: Self.isDryRun(request.query("dry_run") ?? field), by: caller)
    }

    private func take(
        _ request: Request, _ context: AppContext, _ admission: UploadAdmission
    ) async throws -> (StagedFile, dryRun: String?) {
        let (blobs, threads, eventLoop) = (references.store, references.threads, context.channel.eventLoop)
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
        switch type {
        case "text/csv", "application/csv", "application/zip", "application/x-zip-compressed": break
        default:
            let form = try await FileForm.read(request, admission: admission) {
                try await BlobUpload(store: blobs, threads: threads, eventLoop: eventLoop)
            }
            return (form.content, form.fields["dry_run"])
        }
        try admission.check(declaredBodyBytes: request.headers[.contentLength].flatMap { Int($0) })
        var upload = try await BlobUpload(store: blobs, threads: threads, eventLoop: eventLoop)
        do {
            for try await bytes in request.body {
                try await upload.append(bytes)
                try admission.check(fileBytes: upload.size)
            }
            return (try await upload.stage(), nil)
        } catch {
            await upload.discard()
            throw error
        }
    }

    private func read(_ content: StagedFile, isDryRun: Bool, by caller: Caller) async throws -> ImportReport {
        let (file, beginning) = try await references.threads.runIfActive {
            let file = try content.open()
            return (file, try file.read(4, at: 0))
        }
        if beginning == [0x50, 0x4B, 3, 4] { return try await archives.run(file, isDryRun: isDryRun, by: caller) }
        guard file.size <= Self.maximumTableBytes else {
            throw Problem(
                .contentTooLarge, code: "too_large", "A table may have at most \(Self.maximumTableBytes) bytes.")
        }
        let bytes = try await references.threads.runIfActive { try file.read(file.size, at: 0) }
        guard let table = String(validating: bytes, as: UTF8.self) else {
            throw Problem(
                .badRequest, code: "invalid", "The table is no text in UTF-8: save it as CSV in UTF-8.",
                fields: ["file": "must be UTF-8"])
        }
        return try await imports.run(table: table, isDryRun: isDryRun, by: caller)
    }

    private static func isDryRun(_ text: String?) throws(Problem) -> Bool {
        switch text?.lowercased() {
        case nil, "", "true", "1": return true
        case "false", "0": return false
        default: throw .invalid(["dry_run": "must be true or false"])
        }
    }
}
