import Foundation
import Platform
import Postgres

/// The `users` table as members see each other.
struct UserStore: Sendable {
    /// Somebody, as far as the one who asks may see them.
    struct User: Sendable {
        let id: Int
        let username: String
        /// Nil where it is not shown.
        let email: String?
        let firstName: String?
        let lastName: String?
        let bio: String?
        let avatar: String?
        let createdAt: Date
    }

    /// Which members are listed.
    struct Filter: Sendable {
        /// Part of a name, or of an address that is shown.
        var search: String?
        var isWithoutViewer = false
    }

    /// `$1` is who asks, `$2` whether they see everything.
    private static let columns = """
        id, username, CASE WHEN email_visible OR $2 OR id = $1 THEN email END AS email, first_name, last_name, bio,
        avatar, created_at
        """
    private static let isVisible = "deleted_at IS NULL AND (status <> 'banned' OR $2 OR id = $1)"
    private static let names = "(username || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, ''))"

    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// A page of members, newest first, and how many there are in all.
    func page(
        for viewer: Caller, _ filter: Filter, _ page: PageRequest
    ) async throws(PostgresError) -> (users: [User], total: Int) {
        var source = "FROM users WHERE \(Self.isVisible)"
        if filter.isWithoutViewer { source += " AND id <> $1" }
        if filter.search != nil {
            source += " AND (\(Self.names) ILIKE $3 OR ((email_visible OR $2 OR id = $1) AND email ILIKE $3))"
        } else {
            source += " AND $3::text IS NULL"
        }
        let (seesAll, pattern) = (viewer.role >= .admin, filter.search.map(Self.pattern))
        let users = try await database.rows(
            "SELECT \(Self.columns) \(source) ORDER BY id DESC LIMIT $4 OFFSET $5",
            viewer.userID, seesAll, pattern, page.limit, page.offset, decode: User.init(row:))
        let total = try await database.row(
            "SELECT count(*) AS total \(source)", viewer.userID, seesAll, pattern
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (users, total ?? 0)
    }

    /// One member; nil for one who is gone, or banned.
    func user(_ id: Int, for viewer: Caller) async throws(PostgresError) -> User? {
        try await database.row(
            "SELECT \(Self.columns) FROM users WHERE id = $3 AND \(Self.isVisible)",
            viewer.userID, viewer.role >= .admin, id, decode: User.init(row:))
    }

    /// Writes the owner's changes to their profile.
    func update(_ id: Int, _ changes: ProfileChanges) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE users SET
                first_name = CASE WHEN $2 THEN $3 ELSE first_name END,
                last_name = CASE WHEN $4 THEN $5 ELSE last_name END,
                bio = CASE WHEN $6 THEN $7 ELSE bio END,
                email_visible = coalesce($8, email_visible), updated_at = now()
            WHERE id = $1
            """, id, changes.firstName != .keep, changes.firstName.applied(to: nil), changes.lastName != .keep,
            changes.lastName.applied(to: nil), changes.bio != .keep, changes.bio.applied(to: nil),
            changes.emailVisible)
    }

    /// What `ILIKE` takes for a text anywhere, its wildcards taken literally.
    private static func pattern(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
        return "%\(escaped)%"
    }
}

extension UserStore.User {
    init(row: Row) throws(PostgresError) {
        self.init(
            id: try row.decode("id"), username: try row.decode("username"), email: try row.decode("email"),
            firstName: try row.decode("first_name"), lastName: try row.decode("last_name"), bio: try row.decode("bio"),
            avatar: try row.decode("avatar"), createdAt: try row.decode("created_at"))
    }
}
