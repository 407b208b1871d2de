import Foundation
import Platform
import Postgres

/// The `plays` table, and the count in `tracks.plays` that comes of it.
struct PlayStore: Sendable {
    /// A listen.
    struct Play: Sendable {
        let id: Int
        let positionMilliseconds: Int
        let listenedMilliseconds: Int
        let isCounted: Bool
        let startedAt: Date
        let updatedAt: Date
    }

    /// A listen and what was listened to.
    struct Entry: Sendable {
        let play: Play
        let track: Track
    }

    let database: Database

    private static let columns = """
        p.id AS play_id, p.position_ms, p.listened_ms, p.counted_at IS NOT NULL AS is_counted, p.started_at,
        p.updated_at AS heard_at
        """

    /// Notes how far a listener has come: in their last listen of this track where that is an hour old at most and was
    /// not longer already, else in a new one. It counts once. Gives whether it is new.
    func note(
        _ progress: PlayProgress, of track: Track.ID, by userID: Int, holdsKey: Bool
    ) async throws -> (play: Play, isNew: Bool) {
        try await database.transaction { transaction in
            // The reports of one account come one after the other.
            try await transaction.execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", userID)
            let (id, isNew) = try await Self.open(progress, of: track, by: userID, holdsKey, in: transaction)
            if progress.isLongEnough { try await Self.count(id, progress, in: transaction) }
            let play = try await transaction.row(
                "SELECT \(Self.columns) FROM plays p WHERE p.id = $1", id, decode: Play.init(row:))
            guard let play else { throw PostgresError.missingRow }
            return (play, isNew)
        }
    }

    /// Somebody's listens of tracks that they may hear as yet, newest first, next to the cursors.
    func list(of userID: Int, _ page: CursorPage) async throws(PostgresError) -> [Entry] {
        let isAscending = page.after != nil && page.before == nil
        let entries = try await database.rows(
            """
            SELECT \(Self.columns), \(Track.columns)
            FROM plays p JOIN tracks t ON t.id = p.track_id JOIN users u ON u.id = t.user_id
            WHERE p.user_id = $1 AND t.deleted_at IS NULL
                AND (t.user_id = $1 OR u.status <> 'banned'
                    AND (t.visibility = 'public' OR t.visibility = 'unlisted' AND p.held_key))
                AND ($2::bigint IS NULL OR p.id < $2) AND ($3::timestamptz IS NULL OR p.started_at < $3)
                AND ($4::bigint IS NULL OR p.id > $4) AND ($5::timestamptz IS NULL OR p.started_at > $5)
            ORDER BY p.id \(isAscending ? "ASC" : "DESC") LIMIT $6
            """, userID, page.before?.id, page.before?.time, page.after?.id, page.after?.time, page.limit
        ) { row throws(PostgresError) in Entry(play: try Play(row: row), track: try Track(row: row)) }
        return isAscending ? entries.reversed() : entries
    }

    /// The row of the listen that a report belongs to. A listen that came to nothing gives its place to the next.
    private static func open(
        _ progress: PlayProgress, of track: Track.ID, by userID: Int, _ holdsKey: Bool, in transaction: Transaction
    ) async throws -> (id: Int, isNew: Bool) {
        let continued = try await transaction.row(
            """
            UPDATE plays SET position_ms = $3, listened_ms = $4, held_key = held_key OR $5, updated_at = now()
            WHERE id = (SELECT id FROM plays WHERE user_id = $1 AND track_id = $2 ORDER BY id DESC LIMIT 1)
                AND listened_ms <= $4 AND updated_at > now() - interval '1 hour'
            RETURNING id
            """, userID, track, progress.positionMilliseconds, progress.listenedMilliseconds, holdsKey
        ) { row throws(PostgresError) -> Int in try row.decode("id") }
        if let continued { return (continued, false) }
        try await transaction.execute(
            "DELETE FROM plays WHERE user_id = $1 AND track_id = $2 AND counted_at IS NULL", userID, track)
        let begun = try await transaction.row(
            """
            INSERT INTO plays (user_id, track_id, position_ms, listened_ms, held_key) VALUES ($1, $2, $3, $4, $5)
            RETURNING id
            """, userID, track, progress.positionMilliseconds, progress.listenedMilliseconds, holdsKey
        ) { row throws(PostgresError) -> Int in try row.decode("id") }
        guard let begun else { throw PostgresError.missingRow }
        return (begun, true)
    }

    /// Counts a listen that has not been. Nobody hears a track more often than its sound has time for, whatever is
    /// reported.
    private static func count(
        _ id: Int, _ progress: PlayProgress, in transaction: Transaction
    ) async throws(PostgresError) {
        try await transaction.execute(
            """
            WITH counted AS (
                UPDATE plays p SET counted_at = now()
                WHERE p.id = $1 AND p.counted_at IS NULL AND NOT EXISTS (
                    SELECT FROM plays other WHERE other.user_id = p.user_id AND other.track_id = p.track_id
                        AND other.counted_at > now() - $2::bigint * interval '1 millisecond')
                RETURNING p.track_id)
            UPDATE tracks SET plays = plays + 1 FROM counted WHERE tracks.id = counted.track_id
            """, id, progress.thresholdMilliseconds)
    }
}

extension PlayStore.Play {
    init(row: Row) throws(PostgresError) {
        self.init(
            id: try row.decode("play_id"), positionMilliseconds: try row.decode("position_ms"),
            listenedMilliseconds: try row.decode("listened_ms"), isCounted: try row.decode("is_counted"),
            startedAt: try row.decode("started_at"), updatedAt: try row.decode("heard_at"))
    }
}
