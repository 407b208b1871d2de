import Hummingbird
import Platform

/// `/admin/jobs`: the ingest queue.
struct IngestJobRoutes: Sendable {
    let store: IngestJobStore
    let administration: IngestJobAdministration

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("admin/jobs", use: list)
            .post("admin/jobs/{id}/retry", use: retry)
            .post("admin/jobs/{id}/cancel", use: cancel)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<IngestJob> {
        try context.require(.admin)
        let page = try PageRequest(request)
        let (jobs, total) = try await store.page(
            try request.queryChoice("state", of: IngestJobState.self), page)
        return Paged(jobs, page: page, total: total)
    }

    @Sendable private func retry(_ request: Request, _ context: AppContext) async throws -> Success<IngestJob> {
        let caller = try context.require(.admin)
        let job = try await administration.retry(
            try context.integerParameter("id"), by: caller, from: context.remoteAddress)
        return Success(job, message: "The track is in the queue again")
    }

    @Sendable private func cancel(_ request: Request, _ context: AppContext) async throws -> Success<IngestJob> {
        let caller = try context.require(.admin)
        let job = try await administration.cancel(
            try context.integerParameter("id"), by: caller, from: context.remoteAddress)
        return Success(job, message: "The job is cancelled")
    }
}
