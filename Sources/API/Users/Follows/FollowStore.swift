import Platform
import Postgres

/// The `follows` table, and the tracks that come of it.
struct FollowStore: Sendable {
    let database: Database

    /// Who follows whom, in numbers.
    struct Counts: Sendable {
        let followers: Int
        let following: Int
        /// Whether the one who asks follows them.
        let isFollowed: Bool
    }

    /// Has somebody follow somebody; again changes nothing.
    func insert(_ follower: Int, follows followed: Int) async throws(PostgresError) {
        try await database.execute(
            "INSERT INTO follows (follower_id, followed_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", follower, followed)
    }

    func delete(_ follower: Int, follows followed: Int) async throws(PostgresError) {
        try await database.execute(
            "DELETE FROM follows WHERE follower_id = $1 AND followed_id = $2", follower, followed)
    }

    func counts(of account: Int, for viewer: Int) async throws(PostgresError) -> Counts {
        let counts = try await database.row(
            """
            SELECT (SELECT count(*) FROM follows WHERE followed_id = $1) AS followers,
                (SELECT count(*) FROM follows WHERE follower_id = $1) AS following,
                EXISTS (SELECT FROM follows WHERE followed_id = $1 AND follower_id = $2) AS is_followed
            """, account, viewer
        ) { row throws(PostgresError) in
            Counts(
                followers: try row.decode("followers"), following: try row.decode("following"),
                isFollowed: try row.decode("is_followed"))
        }
        return counts ?? Counts(followers: 0, following: 0, isFollowed: false)
    }

    /// Public tracks of those whom somebody follows, newest first, next to the cursors.
    func feed(of follower: Int, _ page: CursorPage) async throws(PostgresError) -> [Track] {
        let isAscending = page.after != nil && page.before == nil
        let tracks = try await database.rows(
            """
            SELECT \(Track.columns) FROM tracks t JOIN users u ON u.id = t.user_id
            WHERE t.user_id IN (SELECT followed_id FROM follows WHERE follower_id = $1)
                AND t.deleted_at IS NULL AND t.visibility = 'public' AND u.status <> 'banned'
                AND ($2::bigint IS NULL OR t.id < $2) AND ($3::timestamptz IS NULL OR t.created_at < $3)
                AND ($4::bigint IS NULL OR t.id > $4) AND ($5::timestamptz IS NULL OR t.created_at > $5)
            ORDER BY t.id \(isAscending ? "ASC" : "DESC") LIMIT $6
            """, follower, page.before?.id, page.before?.time, page.after?.id, page.after?.time, page.limit,
            decode: Track.init(row:))
        return isAscending ? tracks.reversed() : tracks
    }
}
