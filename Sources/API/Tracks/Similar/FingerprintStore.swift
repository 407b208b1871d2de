package import Media
package import Postgres

/// Rows of `blob_fingerprints`.
package struct FingerprintStore: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// A track that may be the same recording.
    struct Candidate: Sendable {
        let track: Track
        let fingerprint: Fingerprint
    }

    /// Most candidates that are compared: those that share most.
    private static let maximumCandidates = 50

    /// The fingerprint of content; nil when it has none.
    package func fingerprint(of blob: BlobID) async throws(PostgresError) -> Fingerprint? {
        try await database.row(
            "SELECT items FROM blob_fingerprints WHERE sha256 = $1", blob
        ) { row throws(PostgresError) -> Fingerprint in try Fingerprint(bytes: row.decode("items")) }
    }

    /// Other live tracks, public or the viewer's own, that share leading bits with a fingerprint.
    func candidates(
        for fingerprint: Fingerprint, except track: Track.ID, visibleTo viewer: Int
    ) async throws(PostgresError) -> [Candidate] {
        try await database.pooled.rows(
            // Key by key: to look for arrays that overlap compares every value with every other.
            """
            WITH shared AS MATERIALIZED (
                SELECT f.sha256, count(*) AS keys
                FROM unnest($1::int[]) k(key) JOIN blob_fingerprints f ON f.keys @> ARRAY[k.key] GROUP BY f.sha256
            ), ranked AS MATERIALIZED (
                SELECT t.id, s.keys
                FROM shared s JOIN tracks t ON t.sha256 = s.sha256 JOIN users u ON u.id = t.user_id
                WHERE t.id <> $2 AND t.deleted_at IS NULL
                  AND (t.visibility = 'public' AND u.status <> 'banned' OR t.user_id = $3)
                ORDER BY s.keys DESC, t.id LIMIT $4
            )
            SELECT f.items, \(Track.columns)
            FROM ranked r JOIN tracks t ON t.id = r.id JOIN users u ON u.id = t.user_id
                JOIN blob_fingerprints f ON f.sha256 = t.sha256
            ORDER BY r.keys DESC, t.id
            """, fingerprint.keys, track, viewer, Self.maximumCandidates
        ) { row throws(PostgresError) -> Candidate in
            Candidate(track: try Track(row: row), fingerprint: Fingerprint(bytes: try row.decode("items")))
        }
    }

    /// Writes the fingerprint of content; an empty one is none.
    static func keep(
        _ fingerprint: Fingerprint, of blob: BlobID, in transaction: Transaction
    ) async throws(PostgresError) {
        guard !fingerprint.items.isEmpty else { return }
        try await transaction.execute(
            """
            INSERT INTO blob_fingerprints (sha256, items, keys) VALUES ($1, $2, $3)
            ON CONFLICT (sha256) DO UPDATE SET items = excluded.items, keys = excluded.keys
            """, blob, fingerprint.bytes, fingerprint.keys)
    }
}
