import Platform
import Postgres

/// What an account has stored.
struct UsageStore: Sendable {
    let database: Database
    /// Bytes that an account may store; 0 for any number.
    let quotaBytes: Int

    func usage(of accountID: Int) async throws(PostgresError) -> UsageObject {
        let used = try await TrackStore.storedBytes(of: accountID, in: database)
        let counted = try await database.row(
            """
            SELECT count(*) AS tracks_count, coalesce(sum(size), 0)::bigint AS tracks_bytes,
                (SELECT count(*) FROM files f JOIN user_products p ON p.id = f.product_id WHERE p.user_id = $1)
                    AS files_count,
                (SELECT coalesce(sum(f.size), 0)::bigint FROM files f JOIN user_products p ON p.id = f.product_id
                    WHERE p.user_id = $1) AS files_bytes
            FROM tracks WHERE user_id = $1 AND deleted_at IS NULL
            """, accountID
        ) { row throws(PostgresError) in
            UsageObject(
                usedBytes: used, quotaBytes: quotaBytes,
                tracks: .init(count: try row.decode("tracks_count"), bytes: try row.decode("tracks_bytes")),
                files: .init(count: try row.decode("files_count"), bytes: try row.decode("files_bytes")))
        }
        return counted
            ?? UsageObject(
                usedBytes: used, quotaBytes: quotaBytes, tracks: .init(count: 0, bytes: 0),
                files: .init(count: 0, bytes: 0))
    }
}

/// `data` of `GET /users/me/usage`.
struct UsageObject: Encodable, Sendable {
    struct Part: Encodable, Sendable {
        let count: Int
        let bytes: Int
    }

    /// What counts toward the quota.
    let usedBytes: Int
    /// Null without a bound.
    @Nullable var quotaBytes: Int?
    @Nullable var availableBytes: Int?
    let tracks: Part
    let files: Part

    /// - Parameter quotaBytes: 0 without a bound.
    init(usedBytes: Int, quotaBytes: Int, tracks: Part, files: Part) {
        self.usedBytes = usedBytes
        let quota = quotaBytes > 0 ? quotaBytes : nil
        _quotaBytes = Nullable(wrappedValue: quota)
        _availableBytes = Nullable(wrappedValue: quota.map { max(0, $0 - usedBytes) })
        self.tracks = tracks
        self.files = files
    }
}
