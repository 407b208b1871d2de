import Foundation
import HTTPTypes
import Hummingbird
import Media
import NIOCore
import NIOPosix
import Platform
import Postgres

/// The rules of resumable uploads: who may write what where, and what is kept when something breaks off.
struct ResumableUploads: Sendable {
    /// Uploads that one account may have begun and not finished.
    static let maximumOpen = 50
    let uploads: TrackUpload
    let store: UploadStore

    /// Bytes of one request's body, and what is known of them.
    struct Piece: Sendable {
        let offset: Int
        /// `Content-Length`.
        let declaredBytes: Int?
        let checksum: UploadChecksum?
        let body: RequestBody
        let eventLoop: any EventLoop
    }

    /// Begins an upload: 413 if it will not fit, 429 if too many are open.
    func create(length: Int, metadata: UploadMetadata, by caller: Caller) async throws -> ResumableUpload {
        try await store.database.transaction { transaction in
            // Uploads of one account are counted one by one.
            try await transaction.execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", caller.userID)
            let open = try await UploadStore.open(of: caller.userID, in: transaction)
            guard open.count < Self.maximumOpen else {
                throw Problem(
                    .tooManyRequests, code: "too_many_uploads",
                    "You have \(open.count) uploads that are not finished: finish or delete some first.",
                    retryAfterSeconds: 60)
            }
            try await uploads.admission(of: caller.userID, reservedBytes: open.bytes).check(fileBytes: length)
            return try await UploadStore.insert(
                length: length, metadata: metadata.text, userID: caller.userID, in: transaction)
        }
    }

    /// How far an upload has come. One that is whole, but whose end was not told, is looked at now.
    func status(of id: UUID, for caller: Caller) async throws -> ResumableUpload {
        let upload = try await find(id, for: caller)
        guard upload.isWhole, upload.outcome == nil else { return upload }
        guard caller.status == .active else { throw Problem.suspended }
        return try await whileLocked(id, for: caller) { upload, file in try await finish(upload, file) }
    }

    /// Takes bytes at the end of an upload, and makes a track of it when they are the last.
    func append(_ piece: Piece, to id: UUID, by caller: Caller) async throws -> ResumableUpload {
        _ = try await find(id, for: caller)
        return try await whileLocked(id, for: caller) { upload, file in
            guard piece.offset == upload.received else {
                throw Problem(
                    .conflict, code: "wrong_offset",
                    "The upload goes on at byte \(upload.received): ask with HEAD, then send from there.")
            }
            try check(piece.declaredBytes ?? 0, fitsInto: upload)
            guard upload.outcome == nil else { return upload }
            let received = try await receive(piece, upload, into: file)
            return received.isWhole ? try await finish(received, file) : received
        }
    }

    /// Ends an upload; of a finished one only what is known of it goes, not the track.
    func terminate(_ id: UUID, by caller: Caller) async throws {
        _ = try await find(id, for: caller)
        try await whileLocked(id, for: caller) { upload, _ in
            try await store.remove(id)
            try await removeFile(of: id)
        }
    }

    private func find(_ id: UUID, for caller: Caller) async throws -> ResumableUpload {
        guard let upload = try await store.find(id, ownedBy: caller.userID) else { throw Problem.notFound("upload") }
        return upload
    }

    /// Runs `body` as the only one that writes to this upload: its file is locked, its row read after that.
    private func whileLocked<Result>(
        _ id: UUID, for caller: Caller, _ body: (ResumableUpload, PartialFile) async throws -> Result
    ) async throws -> Result {
        guard let file = try await uploads.threads.runIfActive({ [blobs = uploads.store] in try blobs.openPartial(id) })
        else {
            throw Problem(
                .init(code: 423, reasonPhrase: "Locked"), code: "upload_locked",
                "Another request is writing to this upload: wait for it, or try again in a moment.")
        }
        defer { file.release() }
        guard let upload = try await store.find(id, ownedBy: caller.userID) else {
            try await removeFile(of: id)
            throw Problem.notFound("upload")
        }
        // Opening made a new file where the end had removed the old one.
        if upload.outcome != nil { try await removeFile(of: id) }
        return try await body(upload, file)
    }

    func check(_ bytes: Int, fitsInto upload: ResumableUpload) throws(Problem) {
        guard bytes <= upload.length - upload.received else {
            throw Problem(
                .contentTooLarge, code: "too_large",
                "The upload was announced with \(upload.length) bytes, and this goes beyond them.")
        }
    }

    func removeFile(of id: UUID) async throws {
        _ = try await uploads.threads.runIfActive { [blobs = uploads.store] in try blobs.removePartial(id) }
    }
}
