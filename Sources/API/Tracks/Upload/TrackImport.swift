import Foundation
import Media
import NIOPosix
import Platform
import Postgres

/// Makes tracks of files that are on the server's own disk already.
package struct TrackImport: Sendable {
    /// What became of a file.
    package enum Outcome: Hashable, Sendable {
        case added(trackID: Int)
        /// The account has this content already.
        case known
    }

    private let uploads: TrackUpload

    init(_ uploads: TrackUpload) { self.uploads = uploads }

    /// Copies a file into the store and queues its reading-in; the file itself stays as it is. Throws a ``MediaError``
    /// for what is not audio, and a ``Problem`` where a limit or the quota is in the way.
    package func add(_ path: String, ownerID: Int) async throws -> Outcome {
        let store = uploads.store
        let (blob, size) = try await uploads.threads.runIfActive { try Self.copy(path, into: store) }
        let form = UploadForm(
            changes: try TrackChanges(TrackInput(form: [:])), fileName: URL(fileURLWithPath: path).lastPathComponent,
            blob: blob, size: size)
        do {
            return .added(trackID: try await uploads.keep(form, ownerID: ownerID).id.rawValue)
        } catch let problem as Problem where problem.code == "duplicate_track" {
            return .known
        }
    }

    private static func copy(_ path: String, into store: BlobStore) throws -> (blob: BlobID, size: Int) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw MediaError(code: .io, message: "\(path) cannot be read.")
        }
        let writer = try store.writer()
        while let block = try file.read(upToCount: 1 << 20), !block.isEmpty {
            try block.withUnsafeBytes { bytes in try writer.append(bytes) }
        }
        return try writer.finish()
    }
}
