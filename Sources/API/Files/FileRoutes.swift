import Postgres
import Hummingbird
import Platform

/// Files of products in one's collection: `/products/:id/files`, where the id is a user product's, and `/files/:id`.
struct FileRoutes: Sendable {
    private let service: FileService
    private let access: FileAccess
    private let download: FileDownload

    init(service: FileService, access: FileAccess, download: FileDownload) {
        self.service = service
        self.access = access
        self.download = download
    }

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("products/{id}/files", use: list)
        routes.post("products/{id}/files", use: upload)
        routes.get("files/{id}", use: show)
        routes.put("files/{id}", use: update)
        routes.delete("files/{id}", use: delete)
        routes.get("files/{id}/download", use: save)
        routes.head("files/{id}/download", use: save)
        return routes
    }

    /// At the root.
    var rootRoutes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("uploads/files/{file}", use: open)
        routes.head("uploads/files/{file}", use: open)
        return routes
    }

    @Sendable private func list(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[ProductFileObject]> {
        let caller = try context.requireCaller()
        let item = try userProduct(context)
        _ = try await service.items.item(item, of: caller)
        let files = try await service.store.list(of: item, ownedBy: caller.userID)
        return Success(files.map { object($0, caller) })
    }

    @Sendable private func upload(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<ProductFileObject> {
        let caller = try context.requireWriter()
        let file = try await service.receive(request, context, for: try userProduct(context), from: caller)
        return Success(object(file, caller), message: "File uploaded successfully", status: .created)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<ProductFileObject> {
        let caller = try context.requireCaller()
        return Success(object(try await service.file(try id(context), of: caller), caller))
    }

    @Sendable private func update(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<ProductFileObject> {
        let caller = try context.requireWriter()
        let input = try await request.decodeJSON(FileInput.self, context)
        let file = try await service.update(try id(context), input, by: caller)
        return Success(object(file, caller), message: "File updated successfully")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        try await service.delete(try id(context), by: caller)
        return Acknowledgement("File deleted")
    }

    @Sendable private func save(_ request: Request, _ context: AppContext) async throws -> Response {
        let id = try id(context)
        return try await answer(id, isShown: false, request, context)
    }

    /// `17_manual.pdf`: the number counts, the name is for people.
    @Sendable private func open(_ request: Request, _ context: AppContext) async throws -> Response {
        let name = context.parameters.get("file") ?? ""
        guard let number = Int32(name.prefix { $0 != "_" }), number > 0 else { throw FileService.notFound }
        return try await answer(ProductFile.ID(Int(number)), isShown: true, request, context)
    }

    private func answer(
        _ id: ProductFile.ID, isShown: Bool, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try await access.caller(ProductFile.resource(id), request, context)
        let file = try await service.file(id, of: caller)
        return try await download.answer(file.content, isShown: isShown, request, context) { [access, service] in
            _ = try await access.findCaller(caller.userID, caller.credential)
            _ = try await service.file(id, of: caller)
        }
    }

    private func object(_ file: ProductFile, _ caller: Caller) -> ProductFileObject {
        ProductFileObject(file, for: caller, access.signer)
    }

    private func userProduct(_ context: AppContext) throws(Problem) -> UserProduct.ID {
        UserProduct.ID(try context.serialParameter("id", of: "product in your collection"))
    }

    private func id(_ context: AppContext) throws(Problem) -> ProductFile.ID {
        ProductFile.ID(try context.serialParameter("id", of: "file"))
    }
}
