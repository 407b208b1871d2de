import Platform
import Postgres

/// Finds rows by their words; each query gives only what its caller may see.
struct SearchStore: Sendable {
    let database: Database

    /// By name, or by the whole address where the caller may see it.
    func users(_ words: SearchWords, for caller: Caller, limit: Int) async throws(PostgresError) -> [FoundUser] {
        try await database.pooled.rows(
            """
            WITH found AS (
              SELECT id FROM users WHERE search_words @@ search_prefixes($1)
              UNION SELECT id FROM users WHERE lower(email) = lower($2) AND (email_visible OR id = $3::int OR $4::bool))
            SELECT u.id, u.username, CASE WHEN u.email_visible OR u.id = $3 OR $4 THEN u.email END AS email,
              u.first_name, u.last_name, u.avatar
            FROM found JOIN users u USING (id) WHERE u.deleted_at IS NULL AND (u.status <> 'banned' OR $4)
            ORDER BY lower(u.username) = lower($2) DESC, ts_rank(u.search_words, search_prefixes($1)) DESC, u.username
            LIMIT $5
            """, words.text, words.typed, caller.userID, caller.role >= .admin, limit
        ) { row throws(PostgresError) in
            FoundUser(
                id: try row.decode("id"), username: try row.decode("username"), email: try row.decode("email"),
                firstName: try row.decode("first_name"), lastName: try row.decode("last_name"),
                avatar: try row.decode("avatar"))
        }
    }

    /// Of the catalogue, those that are active.
    func products(_ words: SearchWords, limit: Int) async throws(PostgresError) -> [FoundProduct] {
        try await database.pooled.rows(
            """
            SELECT id, name, brand, model, description FROM products
            WHERE search_words @@ search_query($1) AND status = 'active'
            ORDER BY ts_rank(search_words, search_query($1)) DESC, id DESC LIMIT $2
            """, words.text, limit
        ) { row throws(PostgresError) in
            FoundProduct(
                id: try row.decode("id"), name: try row.decode("name"), brand: try row.decode("brand"),
                model: try row.decode("model"), description: try row.decode("description"))
        }
    }

    /// The caller's own, by name.
    func files(_ words: SearchWords, for caller: Caller, limit: Int) async throws(PostgresError) -> [FoundFile] {
        try await database.pooled.rows(
            """
            SELECT f.id, f.product_id, f.filename, f.url, f.type, f.mime_type, f.size, f.uploaded_at
            FROM files f JOIN user_products p ON p.id = f.product_id
            WHERE p.user_id = $2 AND search_name(f.filename) @@ search_prefixes($1) ORDER BY f.id DESC LIMIT $3
            """, words.text, caller.userID, limit
        ) { row throws(PostgresError) in
            FoundFile(
                id: try row.decode("id"), productID: try row.decode("product_id"),
                filename: try row.decode("filename"), url: try row.decode("url"), type: try row.decode("type"),
                mimeType: try row.decode("mime_type"), size: try row.decode("size"),
                uploadedAt: try row.decode("uploaded_at"))
        }
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
