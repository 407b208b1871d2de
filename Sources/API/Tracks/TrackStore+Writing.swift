import Media
package import Postgres

extension TrackStore {
    /// A row about to be made.
    package struct Draft: Sendable {
        package let userID: Int
        package let metadata: TrackMetadata
        package let shareKey: String
        package let source: TrackSource
        /// The container's own claim.
        package let estimatedDurationMilliseconds: Int?
    }

    /// Inserts blob, track and tags. A unique violation of `tracks_user_id_sha256_live` tells of a duplicate.
    static func insert(_ draft: Draft, in transaction: Transaction) async throws(PostgresError) -> Track.ID {
        let source = draft.source
        let metadata = draft.metadata
        try await transaction.execute(
            "INSERT INTO blobs (sha256, size) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
            source.blob, source.size)
        let id = try await transaction.row(
            """
            INSERT INTO tracks (user_id, title, artist, album, description, licence, bpm, key, visibility, downloadable,
              share_key, sha256, size, media_type, file_extension, container, codec, sample_rate, channels, duration_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            RETURNING id
            """,
            draft.userID, metadata.title, metadata.artist, metadata.album, metadata.description, metadata.licence,
            metadata.bpm, metadata.key, metadata.visibility, metadata.downloadable, draft.shareKey, source.blob,
            source.size, source.mediaType, source.fileExtension, source.container, source.codec, source.sampleRate,
            source.channels, draft.estimatedDurationMilliseconds
        ) { row throws(PostgresError) -> Track.ID in try row.decode("id") }
        guard let id else { throw PostgresError.missingRow }
        try await TagStore.replace(metadata.tags, of: id, in: transaction)
        return id
    }

    /// The live track of this account with this content.
    static func duplicate(
        of blob: BlobID, userID: Int, in queryable: some Queryable
    ) async throws(PostgresError) -> Track.ID? {
        try await queryable.row(
            "SELECT id FROM tracks WHERE user_id = $1 AND sha256 = $2 AND deleted_at IS NULL", userID, blob
        ) { row throws(PostgresError) -> Track.ID in try row.decode("id") }
    }

    /// Writes the metadata of a live track, tags included.
    static func update(
        _ id: Track.ID, _ metadata: TrackMetadata, in transaction: Transaction
    ) async throws(PostgresError) {
        try await transaction.execute(
            """
            UPDATE tracks SET title = $2, artist = $3, album = $4, description = $5, licence = $6, bpm = $7, key = $8,
              visibility = $9, downloadable = $10, updated_at = CURRENT_TIMESTAMP
            WHERE id = $1 AND deleted_at IS NULL
            """,
            id, metadata.title, metadata.artist, metadata.album, metadata.description, metadata.licence, metadata.bpm,
            metadata.key, metadata.visibility, metadata.downloadable)
        try await TagStore.replace(metadata.tags, of: id, in: transaction)
    }

    /// Marks a live track of this owner deleted; false when there is none.
    package func delete(_ id: Track.ID, ownedBy userID: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE tracks SET deleted_at = CURRENT_TIMESTAMP, updated_at = CURRENT_TIMESTAMP
            WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL
            """, id, userID) == 1
    }

    /// Days for which a deleted track can be had back.
    package static let restorableDays = 30

    /// Takes back the deletion of a track of this owner within 30 days; false when there is none to restore.
    /// A unique violation tells that the same content is live again as another track.
    package func restore(_ id: Track.ID, ownedBy userID: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE tracks SET deleted_at = NULL, updated_at = CURRENT_TIMESTAMP
            WHERE id = $1 AND user_id = $2 AND deleted_at > CURRENT_TIMESTAMP - make_interval(days => $3::int)
            """, id, userID, Self.restorableDays) == 1
    }
}
