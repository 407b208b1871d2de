package import Postgres

/// Rows of `track_lyrics`.
package struct LyricsStore: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// The lyrics of a track; nil without any.
    func lyrics(of id: Track.ID) async throws(PostgresError) -> String? {
        try await database.row(
            "SELECT lyrics FROM track_lyrics WHERE track_id = $1", id
        ) { row throws(PostgresError) -> String? in try row.decode("lyrics") } ?? nil
    }

    /// Writes what the owner says of them.
    static func apply(
        _ change: Change<String>, to id: Track.ID, in transaction: Transaction
    ) async throws(PostgresError) {
        let text: String?
        switch change {
        case .keep: return
        case .clear: text = nil
        case .set(let lyrics): text = lyrics
        }
        try await transaction.execute(
            """
            INSERT INTO track_lyrics (track_id, lyrics) VALUES ($1, $2)
            ON CONFLICT (track_id) DO UPDATE SET lyrics = excluded.lyrics
            """, id, text)
    }

    /// Writes what the file says, unless the owner has said something.
    static func keep(
        embedded lyrics: String?, of id: Track.ID, in transaction: Transaction
    ) async throws(PostgresError) {
        guard let lyrics else { return }
        try await transaction.execute(
            "INSERT INTO track_lyrics (track_id, lyrics) VALUES ($1, $2) ON CONFLICT (track_id) DO NOTHING", id, lyrics)
    }
}
