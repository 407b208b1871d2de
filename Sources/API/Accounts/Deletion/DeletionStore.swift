import Platform
import Postgres

/// Accounts on their way out: `users.deleted_at` and `purged_at`.
struct DeletionStore: Sendable {
    /// Days for which a deleted account can be had back.
    static let graceDays = 14

    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Marks an account deleted, and its tracks at the same moment, which tells them from those that were deleted before.
    /// Gives false for the last super administrator, without whom nobody could make another. To be called in a
    /// transaction.
    func delete(_ accountID: Int) async throws(PostgresError) -> Bool {
        // Two that go at once look at each other here.
        try await database.execute("SELECT 1 FROM users WHERE role = 'super_admin' ORDER BY id FOR NO KEY UPDATE")
        let marked = try await database.execute(
            """
            UPDATE users SET deleted_at = now(), updated_at = now()
            WHERE id = $1 AND deleted_at IS NULL AND (role <> 'super_admin' OR EXISTS (
                SELECT FROM users other WHERE other.role = 'super_admin' AND other.id <> $1
                    AND other.deleted_at IS NULL AND other.status = 'active'))
            """, accountID)
        guard marked > 0 else { return false }
        try await database.execute(
            "UPDATE tracks SET deleted_at = now(), updated_at = now() WHERE user_id = $1 AND deleted_at IS NULL",
            accountID)
        return true
    }

    /// Takes a deletion back. Gives whether there was one that could be.
    func restore(_ accountID: Int) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            WITH account AS (
                SELECT id, deleted_at FROM users
                WHERE id = $1 AND deleted_at IS NOT NULL AND purged_at IS NULL FOR NO KEY UPDATE),
            restored AS (
                UPDATE tracks SET deleted_at = NULL, updated_at = now() FROM account
                WHERE tracks.user_id = account.id AND tracks.deleted_at = account.deleted_at)
            UPDATE users SET deleted_at = NULL, updated_at = now() FROM account WHERE users.id = account.id
            """, accountID) > 0
    }

    /// Accounts whose time is over.
    func overdue() async throws(PostgresError) -> [Int] {
        try await database.rows(
            """
            SELECT id FROM users
            WHERE deleted_at < now() - make_interval(days => $1::int) AND purged_at IS NULL ORDER BY id LIMIT 1000
            """, Self.graceDays
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// Removes what is personal for good. The row stays, without a name: messages and swaps of others point to it. Tracks
    /// and files lose their rows and, at the next collection of garbage, their content. To be called in a transaction.
    func purge(_ accountID: Int) async throws(PostgresError) {
        let isOverdue = try await database.execute(
            """
            SELECT 1 FROM users WHERE id = $1 AND deleted_at < now() - make_interval(days => $2::int)
                AND purged_at IS NULL FOR UPDATE
            """, accountID, Self.graceDays)
        guard isOverdue > 0 else { return }
        // Past the time in which tracks can be restored: the collector of garbage takes them, and what belongs to them.
        try await database.execute(
            "UPDATE tracks SET deleted_at = now() - interval '1000 days' WHERE user_id = $1", accountID)
        try await database.execute("UPDATE uploads SET expires_at = now() WHERE user_id = $1", accountID)
        for table in Self.personalTables {
            try await database.execute("DELETE FROM \(table) WHERE user_id = $1", accountID)
        }
        try await database.execute("DELETE FROM invitations WHERE created_by = $1", accountID)
        try await database.execute("DELETE FROM follows WHERE $1 IN (follower_id, followed_id)", accountID)
        try await database.execute("DELETE FROM blocks WHERE $1 IN (blocker_id, blocked_id)", accountID)
        try await database.execute("DELETE FROM room_invitations WHERE $1 IN (user_id, invited_by)", accountID)
        // What was said stays, from a deleted user; rooms of theirs are the moderators' to look after.
        try await database.execute(
            "UPDATE conversation_members SET is_member = false, role = 'member' WHERE user_id = $1", accountID)
        try await database.execute(
            "DELETE FROM files USING user_products u WHERE u.id = files.product_id AND u.user_id = $1", accountID)
        try await database.execute("DELETE FROM user_products WHERE user_id = $1", accountID)
        // No registration can have a name with spaces, or an address without an @: these are free.
        try await database.execute(
            """
            UPDATE users SET username = 'deleted user ' || id, email = 'deleted user ' || id, password_hash = '',
                role = 'user', first_name = NULL, last_name = NULL, bio = NULL, avatar = NULL, avatar_sha256 = NULL,
                email_visible = false, email_verified_at = NULL, invited_by = NULL, purged_at = now(), updated_at = now()
            WHERE id = $1
            """, accountID)
    }

    private static let personalTables = [
        "sessions", "access_tokens", "one_time_tokens", "email_changes", "event_tickets", "notifications",
        "plays",
    ]
}
