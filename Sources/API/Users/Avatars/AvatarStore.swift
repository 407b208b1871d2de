import Media
import Postgres

/// The pictures of accounts.
struct AvatarStore: Sendable {
    let database: Database
    let references: BlobReferences

    /// The picture of an account that others may see; nil when there is none.
    func visible(of accountID: Int) async throws(PostgresError) -> BlobID? {
        try await database.row(
            """
            SELECT avatar_sha256 FROM users
            WHERE id = $1 AND avatar_sha256 IS NOT NULL AND deleted_at IS NULL AND status <> 'banned'
            """, accountID
        ) { row throws(PostgresError) in try row.decode("avatar_sha256") }
    }

    /// Gives an account another picture, or with nil takes it away. Gives whether anything changed.
    @discardableResult
    func set(_ picture: [UInt8]?, of accountID: Int) async throws -> Bool {
        try await database.transaction { transaction in
            let old =
                try await transaction.row(
                    "SELECT avatar_sha256 FROM users WHERE id = $1 FOR NO KEY UPDATE", accountID
                ) { row throws(PostgresError) -> BlobID? in try row.decode("avatar_sha256") } ?? nil
            var blob: BlobID?
            if let picture { blob = try await references.keep(picture, in: transaction) }
            guard old != blob else { return false }
            try await transaction.execute(
                """
                UPDATE users SET avatar_sha256 = $2, updated_at = now(),
                    avatar = CASE WHEN $2::text IS NOT NULL THEN '/uploads/avatars/' || id || '.jpg' END
                WHERE id = $1
                """, accountID, blob)
            if let old { try await references.retire(old, in: transaction) }
            return true
        }
    }
}
