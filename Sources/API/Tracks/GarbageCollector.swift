import NIOPosix
package import Foundation
package import Media
import Postgres

/// Gives back the room of what nobody refers to any more: the work of `talas gc`.
package struct GarbageCollector: Sendable {
    /// What a run did, or would do.
    package struct Report: Sendable, Equatable {
        /// Deleted tracks past the time in which they can be restored.
        package var expiredTracks = 0
        /// Stored content that nothing refers to: moved to the trash.
        package var orphanedBlobs: [BlobID] = []
        package var orphanedBytes = 0
        /// Files in the trash past their time.
        package var emptiedTrash = 0
        /// What broken-off uploads left.
        package var temporaryFiles = 0
        /// Resumable uploads past their time.
        package var expiredUploads = 0
    }

    /// More than a fifth of all content would go: most likely the wrong database or the wrong directory.
    package struct Refusal: Error, CustomStringConvertible {
        package let orphaned: Int
        package let stored: Int
        package var description: String {
            "\(orphaned) of \(stored) stored files belong to nothing, more than a fifth: check DATABASE_URL, "
                + "UPLOAD_PATH and INTERNAL_DOCS_PATH, then run \"talas gc --force\" if they are to go."
        }
    }

    /// Orphans younger than this may belong to an upload under way.
    static let orphanAgeSeconds = 24.0 * 3_600
    static let trashAgeSeconds = 7 * 24.0 * 3_600

    private let references: BlobReferences
    private let now: @Sendable () -> Date

    /// - Parameter now: the clock, for tests.
    package init(references: BlobReferences, now: @escaping @Sendable () -> Date = { Date() }) {
        self.references = references
        self.now = now
    }

    /// Runs once. Throws ``Refusal`` before anything orphaned is touched, unless `force`d.
    package func run(dryRun: Bool = false, force: Bool = false) async throws -> Report {
        var report = Report()
        let orphans = try await references.orphans(before: now().addingTimeInterval(-Self.orphanAgeSeconds))
        report.orphanedBlobs = orphans.blobs
        report.orphanedBytes = orphans.bytes
        if !force { try orphans.checkShare() }
        report.expiredTracks = try await expireTracks(dryRun: dryRun)
        guard !dryRun else { return report }
        report.expiredUploads = try await expiredUploads.remove()
        report.orphanedBlobs = []
        for blob in orphans.blobs where try await references.retire(blob) { report.orphanedBlobs.append(blob) }
        (report.emptiedTrash, report.temporaryFiles) = try await references.threads.runIfActive {
            [store = references.store] in
            let trash = try store.emptyTrash(olderThanSeconds: Self.trashAgeSeconds)
            return (trash, try store.sweepTemporary(olderThanSeconds: Self.orphanAgeSeconds))
        }
        return report
    }

    private var expiredUploads: ExpiredUploads {
        ExpiredUploads(
            uploads: UploadStore(database: references.database), store: references.store, threads: references.threads)
    }

    /// Removes what was left of uploads that ended before this moment.
    func sweepTemporary(before moment: Date) async throws {
        let age = now().timeIntervalSince(moment)
        try await references.threads.runIfActive { [store = references.store] in
            _ = try store.sweepTemporary(olderThanSeconds: age)
        }
    }

    /// A track that cannot be restored any more.
    private struct Expired: Sendable {
        let id: Track.ID
        let blob: BlobID
        let cover: BlobID?
    }

    /// Removes rows of tracks deleted more than 30 days ago, and their content where nothing else refers to it.
    private func expireTracks(dryRun: Bool) async throws -> Int {
        let expired = try await references.database.rows(
            "SELECT id, sha256, cover_sha256 FROM tracks WHERE deleted_at < now() - make_interval(days => $1::int)",
            TrackStore.restorableDays
        ) { row throws(PostgresError) -> Expired in
            Expired(
                id: try row.decode("id"), blob: try row.decode("sha256"), cover: try row.decode("cover_sha256"))
        }
        guard !dryRun else { return expired.count }
        for track in expired {
            try await references.database.transaction { transaction in
                let gone = try await transaction.execute(
                    "DELETE FROM tracks WHERE id = $1 AND deleted_at < now() - make_interval(days => $2::int)",
                    track.id, TrackStore.restorableDays)
                guard gone > 0 else { return }
                try await references.retire(track.blob, in: transaction)
                if let cover = track.cover { try await references.retire(cover, in: transaction) }
            }
        }
        return expired.count
    }
}
