package import Foundation
package import Platform
package import Postgres

/// Rows of `tracks`, for reading.
package struct TrackStore: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// What `GET /tracks` filters by.
    package struct Filter: Sendable {
        package var tag: TagName?
        package var userID: Int?

        package init(tag: TagName? = nil, userID: Int? = nil) {
            self.tag = tag
            self.userID = userID
        }
    }

    /// Live tracks that are public or the viewer's own, newest first, and how many there are in all.
    package func visible(
        to viewer: Int, _ filter: Filter, _ page: PageRequest
    ) async throws(PostgresError) -> (tracks: [Track], total: Int) {
        let source = """
            FROM tracks t JOIN users u ON u.id = t.user_id
            WHERE t.deleted_at IS NULL
              AND (t.visibility = 'public' AND u.status <> 'banned' OR t.user_id = $1)
              AND ($2::bigint IS NULL OR t.user_id = $2)
              AND ($3::text IS NULL OR EXISTS (
                SELECT FROM track_tags k JOIN tags g ON g.id = k.tag_id WHERE k.track_id = t.id AND g.name = $3))
            """
        let tracks = try await database.rows(
            "SELECT \(Track.columns) \(source) ORDER BY t.id DESC LIMIT $4 OFFSET $5",
            viewer, filter.userID, filter.tag, page.limit, page.offset, decode: Track.init(row:))
        let total = try await database.row(
            "SELECT count(*) AS total \(source)", viewer, filter.userID, filter.tag
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (tracks, total ?? 0)
    }

    /// A live track of an account that is not banned, whoever may see it; nil when there is none.
    package func live(_ id: Track.ID) async throws(PostgresError) -> Track? {
        try await Self.live(id, in: database)
    }

    /// The same, as this transaction sees it.
    static func live(_ id: Track.ID, in queryable: some Queryable) async throws(PostgresError) -> Track? {
        try await queryable.row(
            """
            SELECT \(Track.columns) FROM tracks t JOIN users u ON u.id = t.user_id
            WHERE t.id = $1 AND t.deleted_at IS NULL AND u.status <> 'banned'
            """, id, decode: Track.init(row:))
    }

    /// Bytes of the live tracks of an account, of their covers once each, and of the files of its collection: what counts
    /// toward its quota.
    package func storedBytes(of userID: Int) async throws(PostgresError) -> Int {
        try await Self.storedBytes(of: userID, in: database)
    }

    /// The same, as this transaction sees it.
    static func storedBytes(of userID: Int, in queryable: some Queryable) async throws(PostgresError) -> Int {
        let total = try await queryable.row(
            """
            WITH live AS (SELECT size, cover_sha256 FROM tracks WHERE user_id = $1 AND deleted_at IS NULL)
            SELECT ((SELECT coalesce(sum(size), 0) FROM live)
              + (SELECT coalesce(sum(size), 0) FROM blobs WHERE sha256 IN (SELECT cover_sha256 FROM live))
              + (SELECT coalesce(sum(f.size), 0) FROM files f JOIN user_products u ON u.id = f.product_id
                 WHERE u.user_id = $1))::bigint AS total
            """, userID
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return total ?? 0
    }
}

extension TrackStore {
    /// How loud a track's album is: energies averaged over its uploader's public tracks of that name and the track itself.
    func albumLevel(of track: Track) async throws(PostgresError) -> AlbumLevel {
        let level = try await database.row(
            """
            SELECT 10 * log(sum(power(10, loudness_lufs / 10) * duration_ms) / nullif(sum(duration_ms), 0)) AS loudness,
              max(true_peak_dbtp) AS peak
            FROM tracks
            WHERE deleted_at IS NULL AND loudness_lufs IS NOT NULL
              AND (id = $1 OR user_id = $2 AND album = $3 AND visibility = 'public')
            """, track.id, track.userID, track.metadata.album
        ) { row throws(PostgresError) in
            try AlbumLevel(loudnessLUFS: row.decode("loudness"), truePeakDBTP: row.decode("peak"))
        }
        return level ?? AlbumLevel()
    }
}

extension TrackStore {
    /// Whose a track is and who may hear it.
    package struct Audience: Sendable {
        package let trackID: Track.ID
        package let ownerID: Int
        package let visibility: Visibility
        package let updatedAt: Date
    }

    /// The audiences of those of these tracks that are live.
    package func audiences(of ids: [Track.ID]) async throws(PostgresError) -> [Audience] {
        try await database.rows(
            """
            SELECT t.id, t.user_id, t.visibility, t.updated_at FROM tracks t JOIN users u ON u.id = t.user_id
            WHERE t.id = ANY($1::bigint[]) AND t.deleted_at IS NULL AND u.status <> 'banned'
            """, ids
        ) { row throws(PostgresError) in
            try Audience(
                trackID: row.decode("id"), ownerID: row.decode("user_id"), visibility: row.decode("visibility"),
                updatedAt: row.decode("updated_at"))
        }
    }
}
