package import Foundation
package import Platform
package import Postgres

/// One row of the audit log, as it is shown.
package struct AuditRecord: Encodable, Sendable {
    package let id: Int
    @Nullable package var actorID: Int?
    package let action: String
    @Nullable package var targetKind: String?
    @Nullable package var targetID: Int?
    package let details: JSONValue
    package let createdAt: Date
    @Nullable package var address: String?
}

/// The `audit_log` table, which only grows: triggers refuse every other change.
package struct AuditLog: Sendable {
    /// What is shown of it.
    struct Filter: Sendable {
        var actorID: Int?
        var action: String?
        var targetKind: String?
        var targetID: Int?
        /// From this time on.
        var from: Date?
        /// Before this time.
        var to: Date?
    }

    private let database: any Queryable

    package init(_ database: any Queryable) { self.database = database }

    /// Writes what is done in the transaction that does it: neither is there without the other.
    package static func record(_ entry: AuditEntry, in transaction: Transaction) async throws {
        let details = String(decoding: try JSONCoding.encoder().encode(entry.details), as: UTF8.self)
        try await transaction.execute(
            """
            INSERT INTO audit_log (actor_id, action, target_kind, target_id, details, address)
            VALUES ($1, $2, $3, $4, $5::jsonb, $6)
            """, entry.actorID, entry.action, entry.targetKind?.rawValue, entry.targetID, details, entry.address)
    }

    /// Newest first, and how many there are in all.
    func page(_ filter: Filter, _ page: PageRequest) async throws(PostgresError) -> (records: [AuditRecord], total: Int)
    {
        let condition = """
            ($1::int IS NULL OR actor_id = $1) AND ($2::text IS NULL OR action = $2)
            AND ($3::text IS NULL OR target_kind = $3) AND ($4::bigint IS NULL OR target_id = $4)
            AND ($5::timestamptz IS NULL OR created_at >= $5) AND ($6::timestamptz IS NULL OR created_at < $6)
            """
        let records = try await database.rows(
            """
            SELECT id, actor_id, action, target_kind, target_id, details::text AS details, created_at, address
            FROM audit_log WHERE \(condition) ORDER BY id DESC LIMIT $7 OFFSET $8
            """, filter.actorID, filter.action, filter.targetKind, filter.targetID, filter.from, filter.to, page.limit,
            page.offset, decode: Self.record(row:))
        let total = try await database.row(
            "SELECT count(*) AS total FROM audit_log WHERE \(condition)", filter.actorID, filter.action,
            filter.targetKind, filter.targetID, filter.from, filter.to
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (records, total ?? 0)
    }

    @Sendable private static func record(row: Row) throws(PostgresError) -> AuditRecord {
        let details: String = try row.decode("details")
        return AuditRecord(
            id: try row.decode("id"), actorID: try row.decode("actor_id"), action: try row.decode("action"),
            targetKind: try row.decode("target_kind"), targetID: try row.decode("target_id"),
            // PostgreSQL wrote this JSON, so it can be read.
            details: (try? JSONDecoder().decode(JSONValue.self, from: Data(details.utf8))) ?? .null,
            createdAt: try row.decode("created_at"), address: try row.decode("address"))
    }
}
