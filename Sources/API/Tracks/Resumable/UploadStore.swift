import Foundation
import Postgres

/// The `uploads` table. Whoever changes a row holds its file's lock.
struct UploadStore: Sendable {
    /// Hours that an upload is kept after its last byte.
    static let lifetimeHours = 24

    private static let columns = "id, user_id, length, received, metadata, track_id, refusal, expires_at"

    let database: Database

    /// What an account has begun and not finished.
    struct Open: Sendable {
        let count: Int
        /// Bytes of all of them, once they are whole.
        let bytes: Int
    }

    static func open(of userID: Int, in queryable: some Queryable) async throws(PostgresError) -> Open {
        let open = try await queryable.row(
            """
            SELECT count(*) AS count, coalesce(sum(length), 0)::bigint AS bytes FROM uploads
            WHERE user_id = $1 AND track_id IS NULL AND refusal IS NULL AND expires_at > now()
            """, userID
        ) { row throws(PostgresError) -> Open in Open(count: try row.decode("count"), bytes: try row.decode("bytes")) }
        return open ?? Open(count: 0, bytes: 0)
    }

    static func insert(
        length: Int, metadata: String, userID: Int, in queryable: some Queryable
    ) async throws(PostgresError) -> ResumableUpload {
        let made = try await queryable.row(
            """
            INSERT INTO uploads (id, user_id, length, metadata, expires_at)
            VALUES ($1, $2, $3, $4, now() + make_interval(hours => $5::int)) RETURNING \(columns)
            """, UUID(), userID, length, metadata, lifetimeHours, decode: ResumableUpload.init(row:))
        guard let made else { throw PostgresError.missingRow }
        return made
    }

    /// The live upload of this account.
    func find(_ id: UUID, ownedBy userID: Int) async throws(PostgresError) -> ResumableUpload? {
        try await database.row(
            "SELECT \(Self.columns) FROM uploads WHERE id = $1 AND user_id = $2 AND expires_at > now()", id, userID,
            decode: ResumableUpload.init(row:))
    }

    /// Says that this many bytes are on disk; nil when the upload is gone.
    func advance(_ id: UUID, to received: Int) async throws(PostgresError) -> ResumableUpload? {
        try await database.row(
            """
            UPDATE uploads SET received = $2, expires_at = now() + make_interval(hours => $3::int)
            WHERE id = $1 AND received <= $2 RETURNING \(Self.columns)
            """, id, received, Self.lifetimeHours, decode: ResumableUpload.init(row:))
    }

    /// Writes down which track it became, in the transaction that makes the track.
    static func settle(_ id: UUID, as track: Track.ID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute("UPDATE uploads SET track_id = $2 WHERE id = $1", id, track)
    }

    /// Writes down why it became none.
    func settle(_ id: UUID, _ refusal: Refusal) async throws(PostgresError) {
        try await database.execute(
            "UPDATE uploads SET refusal = $2 WHERE id = $1 AND track_id IS NULL", id, JSON(refusal))
    }

    func remove(_ id: UUID) async throws(PostgresError) {
        try await database.execute("DELETE FROM uploads WHERE id = $1", id)
    }

    /// Removes uploads past their time; gives their ids.
    func removeExpired() async throws(PostgresError) -> [UUID] {
        try await database.rows("DELETE FROM uploads WHERE expires_at <= now() RETURNING id") {
            row throws(PostgresError) -> UUID in try row.decode("id")
        }
    }

    /// Which of these ids have a row.
    func known(among ids: [UUID]) async throws(PostgresError) -> [UUID] {
        try await database.rows(
            "SELECT id FROM uploads WHERE id = ANY(string_to_array($1, ',')::uuid[])",
            ids.map(\.uuidString).joined(separator: ",")
        ) { row throws(PostgresError) -> UUID in try row.decode("id") }
    }
}

extension ResumableUpload {
    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        userID = try row.decode("user_id")
        length = try row.decode("length")
        received = try row.decode("received")
        metadata = try row.decode("metadata")
        expiresAt = try row.decode("expires_at")
        let track: Track.ID? = try row.decode("track_id")
        let refusal: JSON<Refusal>? = try row.decode("refusal")
        outcome = track.map { .track($0) } ?? refusal.map { .refused($0.value) }
    }
}
