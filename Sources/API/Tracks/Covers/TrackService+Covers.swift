import Media
package import Platform
import Postgres

extension TrackService {
    /// Gives the owner's track another cover, or with nil takes it away; 403 for whom may only hear it, 413 over the
    /// quota, where covers count, too.
    /// - Parameter picture: a JPEG as ``IngestResult/cover`` is one.
    package func setCover(of id: Track.ID, to picture: [UInt8]?, by caller: Caller) async throws -> Track {
        try await requireOwner(of: id, caller)
        let changed = try await store.database.transaction { transaction in
            try await Self.lockAccount(caller.userID, in: transaction)
            try await transaction.execute("SELECT 1 FROM tracks WHERE id = $1 FOR UPDATE", id)
            guard let track = try await TrackStore.live(id, in: transaction) else { throw Problem.notFound("track") }
            var cover: BlobID?
            let before = try await TrackStore.storedBytes(of: caller.userID, in: transaction)
            if let picture { cover = try await references.keep(picture, in: transaction) }
            try await TrackStore.setCover(of: id, to: cover, in: transaction)
            let after = try await TrackStore.storedBytes(of: caller.userID, in: transaction)
            // What takes no more room than before is welcome on a full account, too.
            if quotaBytes > 0, after > max(quotaBytes, before) { throw UploadAdmission.overQuota(quotaBytes) }
            if let old = track.cover, old != cover { try await references.retire(old, in: transaction) }
            return try await TrackStore.live(id, in: transaction)
        }
        guard let changed else { throw Problem.notFound("track") }
        await bus.publish(Event(.trackChanged, id: id.rawValue))
        return changed
    }
}

extension TrackStore {
    /// Writes the owner's choice.
    static func setCover(
        of id: Track.ID, to cover: BlobID?, in transaction: Transaction
    ) async throws(PostgresError) {
        try await transaction.execute(
            """
            UPDATE tracks SET cover_sha256 = $2, cover_chosen = true, updated_at = CURRENT_TIMESTAMP
            WHERE id = $1 AND deleted_at IS NULL
            """, id, cover)
    }

    /// Writes the picture inside the file, unless the owner has chosen.
    static func keep(
        embeddedCover cover: BlobID?, of id: Track.ID, in transaction: Transaction
    ) async throws(PostgresError) {
        guard let cover else { return }
        try await transaction.execute(
            "UPDATE tracks SET cover_sha256 = $2 WHERE id = $1 AND NOT cover_chosen", id, cover)
    }
}
