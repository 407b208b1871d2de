import Foundation
import Hummingbird
import Platform

/// `GET /admin/audit`.
struct AuditRoutes: Sendable {
    let log: AuditLog

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self).get("admin/audit", use: list)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<AuditRecord> {
        try context.require(.admin)
        let page = try PageRequest(request)
        let filter = AuditLog.Filter(
            actorID: try request.queryInteger("actor_id", in: 1...Int(Int32.max)), action: request.query("action"),
            targetKind: request.query("target_kind"), targetID: try request.queryInteger("target_id", in: 1...Int.max),
            from: try time("from", in: request), to: try time("to", in: request))
        let (records, total) = try await log.page(filter, page)
        return Paged(records, page: page, total: total)
    }

    private func time(_ name: String, in request: Request) throws(Problem) -> Date? {
        guard let text = request.query(name) else { return nil }
        guard let time = Cursor(text)?.time else { throw .invalid([name: "must be an RFC 3339 time"]) }
        return time
    }
}
