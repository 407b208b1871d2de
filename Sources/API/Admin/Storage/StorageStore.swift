import Platform
import Postgres

/// How much of one kind is stored.
struct StorageFigure: Encodable, Sendable {
    let kind: String
    let count: Int
    let bytes: Int
}

/// How much an account stores.
struct StorageUser: Encodable, Sendable {
    let userID: Int
    let username: String
    let bytes: Int
}

/// What the database knows of the storage.
struct StorageStore: Sendable {
    let database: Database

    /// By kind. What several rows share is stored once, under `blobs`.
    func figures() async throws(PostgresError) -> [StorageFigure] {
        try await database.pooled.rows(
            """
            SELECT 'tracks' AS kind, count(*) AS count, coalesce(sum(size), 0)::bigint AS bytes
            FROM tracks WHERE deleted_at IS NULL
            UNION ALL SELECT 'deleted_tracks', count(*), coalesce(sum(size), 0)::bigint
            FROM tracks WHERE deleted_at IS NOT NULL
            UNION ALL SELECT 'covers', count(*), coalesce(sum(b.size), 0)::bigint
            FROM blobs b WHERE EXISTS (SELECT FROM tracks t WHERE t.cover_sha256 = b.sha256)
            UNION ALL SELECT 'files', count(*), coalesce(sum(size), 0)::bigint FROM files
            UNION ALL SELECT 'uploads', count(*), coalesce(sum(received), 0)::bigint
            FROM uploads WHERE track_id IS NULL AND refusal IS NULL
            UNION ALL SELECT 'blobs', count(*), coalesce(sum(size), 0)::bigint FROM blobs
            UNION ALL SELECT 'database', 1, pg_database_size(current_database())
            """
        ) { row throws(PostgresError) in
            try StorageFigure(kind: row.decode("kind"), count: row.decode("count"), bytes: row.decode("bytes"))
        }
    }

    /// The accounts whose live tracks are largest together, at most ten.
    func largestUsers() async throws(PostgresError) -> [StorageUser] {
        try await database.pooled.rows(
            """
            SELECT u.id, u.username, sum(t.size)::bigint AS bytes FROM tracks t JOIN users u ON u.id = t.user_id
            WHERE t.deleted_at IS NULL GROUP BY u.id ORDER BY bytes DESC, u.id LIMIT 10
            """
        ) { row throws(PostgresError) in
            try StorageUser(userID: row.decode("id"), username: row.decode("username"), bytes: row.decode("bytes"))
        }
    }
}
