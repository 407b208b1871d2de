package import Platform
package import Postgres

/// One row of `GET /tags`.
package struct Tag: Sendable, Encodable {
    package let id: Int
    package let name: String
    /// How many public, live tracks carry it.
    package let usageCount: Int
}

/// Tags and which tracks carry them.
package struct TagStore: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// Most used first, and how many there are in all. A tag that no public track carries is not listed.
    package func used(_ page: PageRequest) async throws(PostgresError) -> (tags: [Tag], total: Int) {
        let tags = try await database.rows(
            """
            SELECT g.id, g.name, count(*) AS usage_count FROM tags g
            JOIN track_tags k ON k.tag_id = g.id \(Self.publicTracks)
            GROUP BY g.id ORDER BY usage_count DESC, g.name LIMIT $1 OFFSET $2
            """, page.limit, page.offset, decode: Self.tag(row:))
        let total = try await database.row(
            "SELECT count(DISTINCT k.tag_id) AS total FROM track_tags k \(Self.publicTracks)"
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (tags, total ?? 0)
    }

    /// Tags of public tracks with words that begin like these, the most used first.
    func matching(_ words: SearchWords, limit: Int) async throws(PostgresError) -> [Tag] {
        try await database.rows(
            """
            SELECT g.id, g.name, count(*) AS usage_count FROM tags g
            JOIN track_tags k ON k.tag_id = g.id \(Self.publicTracks)
            WHERE g.search_words @@ search_prefixes($1)
            GROUP BY g.id ORDER BY usage_count DESC, g.name LIMIT $2
            """, words.text, limit, decode: Self.tag(row:))
    }

    @Sendable static func tag(row: Row) throws(PostgresError) -> Tag {
        try Tag(id: row.decode("id"), name: row.decode("name"), usageCount: row.decode("usage_count"))
    }

    /// Gives a track exactly these tags, in this order.
    static func replace(
        _ names: [TagName], of track: Track.ID, in transaction: Transaction
    ) async throws(PostgresError) {
        let list = names.map(\.rawValue)
        // In one order everywhere, so that two uploads with the same new tags wait for each other instead of deadlocking.
        try await transaction.execute(
            "INSERT INTO tags (name) SELECT unnest($1::text[]) ORDER BY 1 ON CONFLICT (name) DO NOTHING", list)
        try await transaction.execute("DELETE FROM track_tags WHERE track_id = $1", track)
        try await transaction.execute(
            """
            INSERT INTO track_tags (track_id, tag_id, position)
            SELECT $1, g.id, n.position FROM unnest($2::text[]) WITH ORDINALITY n (name, position)
            JOIN tags g ON g.name = n.name
            """, track, list)
    }

    /// Joins `track_tags k` to those that everybody may see.
    static let publicTracks = """
        JOIN tracks t ON t.id = k.track_id AND t.deleted_at IS NULL AND t.visibility = 'public'
        JOIN users u ON u.id = t.user_id AND u.status <> 'banned'
        """
}
