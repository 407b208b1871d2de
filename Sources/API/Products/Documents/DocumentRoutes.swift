import Postgres
import Hummingbird
import Platform

/// Internal documents of products: `/products/:id/docs`, `/admin/products/:id/docs`, `/docs/:id/download`.
struct DocumentRoutes: Sendable {
    private let service: DocumentService
    private let access: FileAccess
    private let download: FileDownload

    init(service: DocumentService, access: FileAccess, download: FileDownload) {
        self.service = service
        self.access = access
        self.download = download
    }

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("products/{id}/docs", use: list)
        routes.post("admin/products/{id}/docs", use: upload)
        routes.delete("admin/products/{id}/docs/{document}", use: delete)
        routes.get("docs/{id}/download", use: save)
        routes.head("docs/{id}/download", use: save)
        return routes
    }

    @Sendable private func list(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[ProductDocumentObject]> {
        let caller = try context.requireCaller()
        return Success(try await service.list(of: try product(context), for: caller).map { object($0, caller) })
    }

    @Sendable private func upload(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<ProductDocumentObject> {
        let caller = try context.require(.admin)
        let document = try await service.receive(request, context, for: try product(context), from: caller)
        return Success(object(document, caller), message: "Document uploaded successfully", status: .created)
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.require(.admin)
        let id = ProductDocument.ID(try context.serialParameter("document", of: "document"))
        try await service.delete(id, of: try product(context), by: caller, from: context.remoteAddress)
        return Acknowledgement("Document deleted")
    }

    @Sendable private func save(_ request: Request, _ context: AppContext) async throws -> Response {
        let id = ProductDocument.ID(try context.serialParameter("id", of: "document"))
        let caller = try await access.caller(ProductDocument.resource(id), request, context)
        let document = try await service.document(id, for: caller)
        return try await download.answer(document.content, isShown: false, request, context) { [access, service] in
            let caller = try await access.findCaller(caller.userID, caller.credential)
            _ = try await service.document(id, for: caller)
        }
    }

    private func object(_ document: ProductDocument, _ caller: Caller) -> ProductDocumentObject {
        ProductDocumentObject(document, for: caller, access.signer)
    }

    private func product(_ context: AppContext) throws(Problem) -> Product.ID {
        Product.ID(try context.serialParameter("id", of: "product"))
    }
}
