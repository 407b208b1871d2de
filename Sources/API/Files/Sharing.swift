package import Postgres

/// What an account may show to others.
package struct Sharing: Sendable {
    private let tracks: TrackStore
    private let files: FileStore

    package init(database: Database) {
        tracks = TrackStore(database: database)
        files = FileStore(database: database)
    }

    /// Live public tracks, and one's own.
    package func mayShareTrack(_ id: Int, by user: Int) async throws(PostgresError) -> Bool {
        try await tracks.audiences(of: [Track.ID(id)]).contains { $0.ownerID == user || $0.visibility == .public }
    }

    /// Files of one's own collection.
    package func mayShareFile(_ id: Int, by user: Int) async throws(PostgresError) -> Bool {
        guard let id = Int32(exactly: id) else { return false }
        return try await files.file(ProductFile.ID(Int(id)), ownedBy: user) != nil
    }
}
