import Platform
import Postgres

/// Finds rows by their words; each query gives only what its caller may see.
struct SearchStore: Sendable {
    let database: Database

    /// By name, or by the whole address where the caller may see it.
    func users(_ words: SearchWords, for caller: Caller, limit: Int) async throws(PostgresError) -> [UserStore.User] {
        try await database.pooled.rows(
            """
            WITH found AS (
              SELECT id FROM users WHERE search_words @@ search_prefixes($1)
              UNION SELECT id FROM users WHERE lower(email) = lower($2) AND (email_visible OR id = $3::int OR $4::bool))
            SELECT u.id, u.username, CASE WHEN u.email_visible OR u.id = $3 OR $4 THEN u.email END AS email,
              u.first_name, u.last_name, u.bio, u.avatar, u.created_at
            FROM found JOIN users u USING (id) WHERE u.deleted_at IS NULL AND (u.status <> 'banned' OR $4)
            ORDER BY lower(u.username) = lower($2) DESC, ts_rank(u.search_words, search_prefixes($1)) DESC, u.username
            LIMIT $5
            """, words.text, words.typed, caller.userID, caller.role >= .admin, limit, decode: UserStore.User.init(row:)
        )
    }

    /// Of the catalogue, those that are active.
    func products(_ words: SearchWords, limit: Int) async throws(PostgresError) -> [ProductMatch] {
        try await database.pooled.rows(
            """
            SELECT id, name, brand, model, description FROM products
            WHERE search_words @@ search_query($1) AND status = 'active'
            ORDER BY ts_rank(search_words, search_query($1)) DESC, id DESC LIMIT $2
            """, words.text, limit, decode: ProductMatch.init(row:))
    }

    /// The caller's own, by name.
    func files(_ words: SearchWords, for caller: Caller, limit: Int) async throws(PostgresError) -> [ProductFile] {
        try await database.pooled.rows(
            """
            SELECT \(ProductFile.columns)
            FROM files f JOIN user_products p ON p.id = f.product_id
            WHERE p.user_id = $2 AND search_name(f.filename) @@ search_prefixes($1) ORDER BY f.id DESC LIMIT $3
            """, words.text, caller.userID, limit, decode: ProductFile.init(row:))
    }

    /// Public ones and the caller's own, by their words or their tags.
    func tracks(_ words: SearchWords, for caller: Caller, limit: Int) async throws(PostgresError) -> [Track] {
        try await database.pooled.rows(
            """
            WITH found AS (
              SELECT id FROM tracks WHERE search_words @@ search_query($1)
              UNION SELECT k.track_id FROM tags g JOIN track_tags k ON k.tag_id = g.id
              WHERE g.search_words @@ search_prefixes($1))
            SELECT \(Track.columns) FROM found JOIN tracks t USING (id) JOIN users u ON u.id = t.user_id
            WHERE t.deleted_at IS NULL
              AND (t.visibility = 'public' AND u.status <> 'banned' OR t.user_id = $2::int)
            ORDER BY ts_rank(t.search_words, search_query($1)) DESC, t.id DESC LIMIT $3
            """, words.text, caller.userID, limit, decode: Track.init(row:))
    }
}
