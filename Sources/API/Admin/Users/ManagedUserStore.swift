import Foundation
import Platform
import Postgres

/// The `users` table, for administrators.
struct ManagedUserStore: Sendable {
    /// What `GET /admin/users` filters by.
    struct Filter: Sendable {
        var role: Role?
        var status: AccountStatus?
        /// A part of a name or of the address.
        var search: String?
    }

    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Newest first, and how many there are in all.
    func page(_ filter: Filter, _ page: PageRequest) async throws(PostgresError) -> (users: [ManagedUser], total: Int) {
        let condition = """
            deleted_at IS NULL AND ($1::text IS NULL OR role = $1)
            AND ($2::text IS NULL OR \(AccountStore.currentStatus) = $2)
            AND ($3::text IS NULL OR username || ' ' || email || ' ' || coalesce(first_name, '') || ' '
                || coalesce(last_name, '') ILIKE $3)
            """
        let pattern = filter.search.map { "%\(Self.escaped($0))%" }
        let users = try await database.rows(
            """
            SELECT \(ManagedUser.columns) FROM users WHERE \(condition)
            ORDER BY users.created_at DESC, users.id DESC LIMIT $4 OFFSET $5
            """, filter.role, filter.status, pattern, page.limit, page.offset, decode: ManagedUser.init(row:))
        let total = try await database.row(
            "SELECT count(*) AS total FROM users WHERE \(condition)", filter.role, filter.status, pattern
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (users, total ?? 0)
    }

    /// One account; nil when there is none.
    func user(_ id: Int) async throws(PostgresError) -> ManagedUser? {
        try await database.row(
            "SELECT \(ManagedUser.columns) FROM users WHERE users.id = $1::bigint", id, decode: ManagedUser.init(row:))
    }

    /// The roles of these accounts as far as they may act, which nobody changes before this transaction is over.
    /// Locked in the order of their ids, so that two that change each other wait instead of deadlocking.
    func lockedRoles(of ids: [Int]) async throws(PostgresError) -> [RankRules.Ranked] {
        try await database.rows(
            "SELECT id, role FROM users WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", ids
        ) { row throws(PostgresError) in try RankRules.Ranked(id: row.decode("id"), role: row.decode("role")) }
    }

    /// Writes what is given. The last active super_admin stays one: then this is a `checkViolation`.
    func update(_ id: Int, role: Role?, status: AccountStatus?, until: Date?) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE users SET role = coalesce($2, role), status = coalesce($3, status),
              suspended_until = CASE WHEN $3::text IS NULL THEN suspended_until ELSE $4::timestamptz END,
              updated_at = now()
            WHERE id = $1
            """, id, role, status, until)
    }

    /// What stands for itself in a pattern of LIKE.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
