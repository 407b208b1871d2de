import Foundation
import Platform
import Postgres

/// What can be reported.
package enum ReportKind: String, Codable, Sendable, CaseIterable, PostgresCodable {
    case track, message, listing, resource, user, comment
}

/// What has become of a report.
enum ReportStatus: String, Codable, Sendable, CaseIterable, PostgresCodable {
    case open
    /// Something was done about it.
    case resolved
    /// Nothing had to be done.
    case dismissed
}

/// A report in a response.
struct Report: Encodable, Sendable {
    let id: Int
    /// Nil when the account is gone.
    @Nullable var reporterID: Int?
    let kind: ReportKind
    let targetID: Int
    /// What it is called: a track's title, a user's name.
    @Nullable var targetName: String?
    /// Whose it is.
    @Nullable var targetUserID: Int?
    let reason: String
    let status: ReportStatus
    @Nullable var decidedBy: Int?
    @Nullable var decidedAt: Date?
    @Nullable var note: String?
    let createdAt: Date

    /// What ``init(row:)`` reads.
    static let selection = """
        SELECT r.id, r.reporter_id, r.kind, r.target_id, coalesce(t.title, u.username) AS target_name,
          coalesce(t.user_id, u.id) AS target_user_id, r.reason, r.status, r.decided_by, r.decided_at, r.note, r.created_at
        FROM reports r
        LEFT JOIN tracks t ON r.kind = 'track' AND t.id = r.target_id
        LEFT JOIN users u ON r.kind = 'user' AND u.id = r.target_id
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        _reporterID = Nullable(wrappedValue: try row.decode("reporter_id"))
        kind = try row.decode("kind")
        targetID = try row.decode("target_id")
        _targetName = Nullable(wrappedValue: try row.decode("target_name"))
        _targetUserID = Nullable(wrappedValue: try row.decode("target_user_id"))
        reason = try row.decode("reason")
        status = try row.decode("status")
        _decidedBy = Nullable(wrappedValue: try row.decode("decided_by"))
        _decidedAt = Nullable(wrappedValue: try row.decode("decided_at"))
        _note = Nullable(wrappedValue: try row.decode("note"))
        createdAt = try row.decode("created_at")
    }
}

/// Body of `POST /reports`.
struct ReportRequest: Decodable, Sendable {
    let kind: ReportKind
    let id: Int
    let reason: String
}

/// Body of `PUT /admin/reports/:id`.
struct ReportDecision: Decodable, Sendable {
    let status: ReportStatus
    let note: String?
}
