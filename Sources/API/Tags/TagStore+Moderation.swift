import Postgres

extension TagStore {
    /// A tag, whether a public track carries it or not; nil when there is none.
    static func tag(_ id: Int, in transaction: Transaction) async throws(PostgresError) -> Tag? {
        try await transaction.row(
            """
            SELECT g.id, g.name, (SELECT count(*) FROM track_tags k \(publicTracks) WHERE k.tag_id = g.id) AS usage_count
            FROM tags g WHERE g.id = $1::bigint
            """, id, decode: tag(row:))
    }

    /// Keeps others from changing or removing these until the transaction is over.
    static func lock(_ ids: [Int], in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute("SELECT 1 FROM tags WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE", ids)
    }

    /// A name that is taken is a `uniqueViolation`.
    static func rename(_ id: Int, to name: TagName, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute("UPDATE tags SET name = $2 WHERE id = $1", id, name)
    }

    /// Tracks that have both keep the place of the one that stays.
    static func merge(_ id: Int, into other: Int, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute(
            """
            INSERT INTO track_tags (track_id, tag_id, position)
            SELECT track_id, $2, position FROM track_tags WHERE tag_id = $1 ON CONFLICT DO NOTHING
            """, id, other)
        _ = try await delete(id, in: transaction)
    }

    /// Gives whether there was one.
    static func delete(_ id: Int, in transaction: Transaction) async throws(PostgresError) -> Bool {
        try await transaction.execute("DELETE FROM tags WHERE id = $1", id) > 0
    }
}
