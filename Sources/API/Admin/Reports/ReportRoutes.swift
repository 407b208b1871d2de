import Hummingbird
import Platform

/// `POST /reports`, and the moderators' queue at `/admin/reports`.
struct ReportRoutes: Sendable {
    let store: ReportStore
    let service: ReportService

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .post("reports", use: file)
            .get("admin/reports", use: list)
            .put("admin/reports/{id}", use: decide)
    }

    @Sendable private func file(_ request: Request, _ context: AppContext) async throws -> Success<Report> {
        let caller = try context.requireWriter()
        let body = try await request.decodeJSON(ReportRequest.self, context)
        return Success(
            try await service.file(body, by: caller), message: "Thank you: a moderator will look at it",
            status: .created)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<Report> {
        try context.require(.moderator)
        let page = try PageRequest(request)
        let (reports, total) = try await store.page(
            try request.queryChoice("status", of: ReportStatus.self),
            try request.queryChoice("kind", of: ReportKind.self), page)
        return Paged(reports, page: page, total: total)
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Success<Report> {
        let caller = try context.require(.moderator)
        let id = try context.integerParameter("id")
        let decision = try await request.decodeJSON(ReportDecision.self, context)
        let report = try await service.decide(id, decision, by: caller, from: context.remoteAddress)
        return Success(report, message: "Report \(report.status.rawValue)")
    }
}
