import Foundation
import Media
import NIOPosix

/// Clears away uploads that were not gone on with in time.
struct ExpiredUploads: Sendable {
    let uploads: UploadStore
    let store: BlobStore
    let threads: NIOThreadPool

    /// Removes their rows, then their files, then files without a row, which a kill in between has left.
    /// - Returns: how many uploads went.
    func remove() async throws -> Int {
        let expired = try await uploads.removeExpired()
        try await removeFiles(of: expired)
        let age = Double(UploadStore.lifetimeHours) * 3_600
        let old = try await threads.runIfActive { [store] in try store.partials(olderThanSeconds: age) }
        let known = Set(try await uploads.known(among: old))
        try await removeFiles(of: old.filter { !known.contains($0) })
        return expired.count
    }

    private func removeFiles(of ids: [UUID]) async throws {
        try await threads.runIfActive { [store] in
            for id in ids { try store.removePartial(id) }
        }
    }
}
