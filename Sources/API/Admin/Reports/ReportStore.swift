import Platform
import Postgres

/// The `reports` table.
struct ReportStore: Sendable {
    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Whether there is such a thing that this account may see. Of kinds that do not exist yet there is none.
    func isVisible(_ kind: ReportKind, _ id: Int, to viewer: Int) async throws(PostgresError) -> Bool {
        let condition: String
        switch kind {
        case .track:
            condition = """
                SELECT FROM tracks t JOIN users u ON u.id = t.user_id WHERE t.id = $1::bigint AND t.deleted_at IS NULL
                  AND (t.visibility = 'public' AND u.status <> 'banned' OR t.user_id = $2::int)
                """
        case .user: condition = "SELECT FROM users WHERE id = $1::bigint AND (status <> 'banned' OR id = $2::int)"
        case .message:
            condition = """
                SELECT FROM messages m LEFT JOIN rooms r ON r.conversation_id = m.conversation_id
                LEFT JOIN conversation_members v ON v.conversation_id = m.conversation_id AND v.user_id = $2::int
                WHERE m.id = $1::bigint AND m.deleted_at IS NULL
                  AND (v.is_member OR r.is_private = false AND v.is_banned IS NOT TRUE)
                """
        case .listing, .resource, .comment: return false
        }
        return try await database.row("SELECT EXISTS (\(condition)) AS found", id, viewer) {
            row throws(PostgresError) in try row.decode("found")
        } ?? false
    }

    /// Reports of this account that wait for a decision.
    func openCount(of reporter: Int) async throws(PostgresError) -> Int {
        try await database.row(
            "SELECT count(*) AS waiting FROM reports WHERE reporter_id = $1 AND status = 'open'", reporter
        ) { row throws(PostgresError) in try row.decode("waiting") } ?? 0
    }

    /// Adds a report and gives its id. A second open one of the same thing is a `uniqueViolation`.
    func insert(_ request: ReportRequest, reason: String, reporter: Int) async throws(PostgresError) -> Int? {
        try await database.row(
            "INSERT INTO reports (reporter_id, kind, target_id, reason) VALUES ($1, $2, $3, $4) RETURNING id",
            reporter, request.kind, request.id, reason
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    func report(_ id: Int) async throws(PostgresError) -> Report? {
        try await database.row("\(Report.selection) WHERE r.id = $1", id, decode: Report.init(row:))
    }

    /// The oldest first of those that are open, else the newest; and how many there are in all.
    func page(
        _ status: ReportStatus?, _ kind: ReportKind?, _ page: PageRequest
    ) async throws(PostgresError) -> (reports: [Report], total: Int) {
        let condition = "($1::text IS NULL OR r.status = $1) AND ($2::text IS NULL OR r.kind = $2)"
        let reports = try await database.rows(
            """
            \(Report.selection) WHERE \(condition)
            ORDER BY r.id \(status == .open ? "ASC" : "DESC") LIMIT $3 OFFSET $4
            """, status, kind, page.limit, page.offset, decode: Report.init(row:))
        let total = try await database.row("SELECT count(*) AS total FROM reports r WHERE \(condition)", status, kind) {
            row throws(PostgresError) -> Int in try row.decode("total")
        }
        return (reports, total ?? 0)
    }

    /// Decides all open reports of what this one is about, and gives who sent them; none when it is not open.
    func decide(
        _ id: Int, _ status: ReportStatus, note: String?, by moderator: Int
    ) async throws(PostgresError) -> [Decided] {
        try await database.rows(
            """
            UPDATE reports r SET status = $2, note = $3, decided_by = $4, decided_at = now()
            FROM reports this WHERE this.id = $1 AND this.status = 'open'
              AND r.kind = this.kind AND r.target_id = this.target_id AND r.status = 'open'
            RETURNING r.id, r.reporter_id
            """, id, status, note, moderator
        ) { row throws(PostgresError) in try Decided(id: row.decode("id"), reporterID: row.decode("reporter_id")) }
    }

    /// A report that a decision settled.
    struct Decided: Sendable {
        let id: Int
        let reporterID: Int?
    }
}
