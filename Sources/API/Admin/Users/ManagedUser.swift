import Foundation
import Platform
import Postgres

/// An account as administrators see it, its address always among it.
struct ManagedUser: Encodable, Sendable {
    let id: Int
    let username: String
    let email: String
    let role: Role
    let status: AccountStatus
    /// When a suspension ends by itself.
    @Nullable var suspendedUntil: Date?
    @Nullable var firstName: String?
    @Nullable var lastName: String?
    @Nullable var avatar: String?
    let createdAt: Date
    let updatedAt: Date
    /// When one of its sessions was last used.
    @Nullable var lastSeenAt: Date?

    /// The columns that ``init(row:)`` reads, of `users`.
    static let columns = """
        users.id, username, email, role, \(AccountStore.currentStatus) AS status,
        CASE WHEN users.status = 'suspended' AND suspended_until > now() THEN suspended_until END AS suspended_until,
        first_name, last_name, avatar, users.created_at, users.updated_at,
        (SELECT max(last_used_at) FROM sessions WHERE user_id = users.id) AS last_seen_at
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        username = try row.decode("username")
        email = try row.decode("email")
        role = try row.decode("role")
        status = try row.decode("status")
        _suspendedUntil = Nullable(wrappedValue: try row.decode("suspended_until"))
        _firstName = Nullable(wrappedValue: try row.decode("first_name"))
        _lastName = Nullable(wrappedValue: try row.decode("last_name"))
        _avatar = Nullable(wrappedValue: try row.decode("avatar"))
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
        _lastSeenAt = Nullable(wrappedValue: try row.decode("last_seen_at"))
    }
}
