import Postgres
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// One's whole collection at once: `/user-products/export.csv`, `/user-products/export.zip`, `/user-products/import`.
struct CollectionRoutes: Sendable {
    private static let pageItems = 500

    private let store: UserProductStore
    private let archive: CollectionArchive
    private let receiver: ImportReceiver
    private let running: RunningDownloads
    private let findCaller: MediaAccess.FindCaller
    private let admitted = AdmittedExports()

    init(
        store: UserProductStore, archive: CollectionArchive, receiver: ImportReceiver, running: RunningDownloads,
        findCaller: @escaping MediaAccess.FindCaller
    ) {
        self.store = store
        self.archive = archive
        self.receiver = receiver
        self.running = running
        self.findCaller = findCaller
    }

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("user-products/export.csv", use: exportTable)
        routes.get("user-products/export.zip", use: exportArchive)
        routes.head("user-products/export.zip", use: exportArchive)
        routes.post("user-products/import", use: importAll)
        return routes
    }

    @Sendable private func exportTable(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        // Before the answer begins, so that what goes wrong is told by its status.
        let first = try await page(after: 0, of: caller)
        return response("csv", "text/csv; charset=utf-8", caller, context) { [self] send in
            try await send(ByteBuffer(string: CollectionTable.head))
            var items = first
            while let last = items.last {
                try await send(ByteBuffer(string: items.map(CollectionTable.line).joined()))
                items = try await page(after: last.id, of: caller)
            }
        }
    }

    @Sendable private func exportArchive(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard request.method == .get else { return response("zip", "application/zip", caller, context) { _ in } }
        let place = try admitted.enter()
        let content = try await archive.prepare(for: caller.userID)
        return response("zip", "application/zip", caller, context) { [archive] send in
            defer { withExtendedLifetime(place) {} }
            try await archive.write(content, send: send)
        }
    }

    @Sendable private func importAll(_ request: Request, _ context: AppContext) async throws -> Success<ImportReport> {
        let caller = try context.requireWriter()
        let report = try await receiver.receive(request, context, from: caller)
        guard !report.dryRun else { return Success(report, message: "Nothing was changed: this was a dry run") }
        return Success(report, message: "Products imported successfully", status: .created)
    }

    private func page(after id: Int, of caller: Caller) async throws -> [UserProduct] {
        try await UserProductStore.following(
            id, ownedBy: caller.userID, limit: Self.pageItems, in: store.database.pooled)
    }

    /// A file to be saved, whose sending ends with the caller's credential.
    private func response(
        _ fileExtension: String, _ type: String, _ caller: Caller, _ context: AppContext,
        _ body: @escaping @Sendable ((ByteBuffer) async throws -> Void) async throws -> Void
    ) -> Response {
        let day = Date().formatted(.iso8601.year().month().day())
        let (running, findCaller, channel) = (running, findCaller, context.channel)
        return Response(
            status: .ok,
            headers: [
                .contentType: type, .cacheControl: "private, no-store", .xContentTypeOptions: "nosniff",
                .contentDisposition: ContentDisposition.field(
                    .attachment, name: "collection-\(day)", fileExtension: fileExtension),
            ],
            body: ResponseBody { writer in
                let end = running.add(channel) { _ = try await findCaller(caller.userID, caller.credential) }
                defer { end() }
                try await body { try await writer.write($0) }
                try await writer.finish(nil)
            })
    }
}
