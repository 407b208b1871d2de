import HTTPTypes
import Hummingbird
import Media
import NIOCore
import NIOPosix
import Platform
import Postgres

extension ResumableUploads {
    /// Bytes hashed on a thread before others have their turn.
    private static let hashedBytes = 8 << 20

    /// Writes a request's body. When it breaks off, what came is kept, but for bytes whose checksum is now unknown.
    func receive(
        _ piece: Piece, _ upload: ResumableUpload, into file: PartialFile
    ) async throws -> ResumableUpload {
        try await uploads.admission(of: upload.userID).checkDisk(for: upload.length - upload.received)
        let threads = uploads.threads
        try await threads.runIfActive { try file.truncate(to: upload.received) }
        var partial = PartialUpload(file, checksum: piece.checksum, threads: threads, eventLoop: piece.eventLoop)
        do {
            for try await bytes in piece.body {
                try check(partial.size + bytes.readableBytes, fitsInto: upload)
                try await partial.append(bytes)
                if partial.isDueForCheckpoint { _ = try await advance(upload, to: partial.synchronise()) }
            }
            let size = try await partial.synchronise()
            guard piece.checksum?.isMet ?? true else { throw Self.checksumMismatch }
            return try await advance(upload, to: size)
        } catch {
            let rest = partial
            // The task may be cancelled, the client having left; what came of it is kept all the same.
            try? await Task {
                if piece.checksum == nil {
                    var rest = rest
                    _ = try await advance(upload, to: rest.synchronise())
                } else {
                    try await threads.runIfActive { try file.truncate(to: upload.received) }
                }
            }.value
            throw error is any HTTPResponseError || error is MediaError || error is PostgresError
                ? error : Problem.interrupted
        }
    }

    private func advance(_ upload: ResumableUpload, to size: Int) async throws -> ResumableUpload {
        guard let advanced = try await store.advance(upload.id, to: size) else { throw Problem.notFound("upload") }
        return advanced
    }

    private static let checksumMismatch = Problem(
        .init(code: 460, reasonPhrase: "Checksum Mismatch"), code: "checksum_mismatch",
        "The bytes are not those that the checksum was made of: nothing of them was kept, send them again.")

    /// Makes a track of a whole upload, or finds out why not, once; whatever becomes of whoever asked.
    func finish(_ upload: ResumableUpload, _ file: PartialFile) async throws -> ResumableUpload {
        guard upload.outcome == nil else { return upload }
        return try await Task {
            try await uploads.threads.runIfActive { try file.truncate(to: upload.length) }
            while try await uploads.threads.runIfActive({ try file.hashMore(Self.hashedBytes) }) {}
            let blob = try await uploads.threads.runIfActive { [blobs = uploads.store] in try blobs.keep(file) }
            do {
                let metadata = try UploadMetadata(upload.metadata)
                let form = UploadForm(
                    changes: metadata.changes, fileName: metadata.fileName, blob: blob, size: upload.length)
                _ = try await uploads.keep(form, ownerID: upload.userID) { track, transaction in
                    try await UploadStore.settle(upload.id, as: track, in: transaction)
                }
            } catch {
                guard let refusal = Self.refusal(error) else { throw error }
                try await store.settle(upload.id, refusal)
            }
            try await removeFile(of: upload.id)
            guard let settled = try await store.find(upload.id, ownedBy: upload.userID) else {
                throw Problem.notFound("upload")
            }
            return settled
        }.value
    }

    /// What will be wrong with these bytes for ever; nil for faults that may pass.
    private static func refusal(_ error: any Error) -> Refusal? {
        let told = (error as? MediaError).map(Problem.upload) ?? error
        guard let problem = told as? Problem ?? Problem.translating(told) else { return nil }
        return problem.status.kind == .clientError ? Refusal(problem) : nil
    }
}

extension Problem {
    /// Nobody is left to read this; the log says what happened.
    static let interrupted = Problem(
        .badRequest, code: "upload_interrupted", "The connection was lost before the whole file had arrived.")
}
