import Postgres
import Hummingbird
import Platform

/// `/user-products`: everybody's own collection.
struct UserProductRoutes: Sendable {
    private let service: UserProductService

    init(service: UserProductService) { self.service = service }

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("user-products", use: list)
        routes.post("user-products", use: add)
        routes.get("user-products/warranty", use: listWarranties)
        routes.get("user-products/{id}", use: show)
        routes.put("user-products/{id}", use: update)
        routes.delete("user-products/{id}", use: delete)
        return routes
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<UserProduct> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        let filter = UserProductStore.Filter(status: try request.queryChoice("status"))
        let (items, total) = try await service.store.list(ownedBy: caller.userID, filter, .newest, page)
        return Paged(items, page: page, total: total)
    }

    @Sendable private func listWarranties(
        _ request: Request, _ context: AppContext
    ) async throws -> Paged<UserProduct> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        let days = try request.queryInteger("days", in: 1...3_650) ?? 30
        var filter = UserProductStore.Filter(status: try request.queryChoice("status"))
        switch try request.queryChoice("filter", as: WarrantyFilter.self) {
        case .active: filter.warranty = .active
        case .expired: filter.warranty = .expired
        case .expiring: filter.warranty = .expiring(days: days)
        case nil: break
        }
        let (items, total) = try await service.store.list(ownedBy: caller.userID, filter, .warranty, page)
        return Paged(items, page: page, total: total)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<UserProduct> {
        let caller = try context.requireCaller()
        return Success(try await service.item(try id(context), of: caller))
    }

    @Sendable private func add(_ request: Request, _ context: AppContext) async throws -> Success<UserProduct> {
        let caller = try context.requireWriter()
        let item = try await service.add(try await request.decodeJSON(UserProductInput.self, context), by: caller)
        return Success(item, message: "Product added to your collection", status: .created)
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<UserProduct> {
        let caller = try context.requireWriter()
        let input = try await request.decodeJSON(UserProductInput.self, context)
        let item = try await service.update(try id(context), input, by: caller)
        return Success(item, message: "Product updated successfully")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        try await service.delete(try id(context), by: caller)
        return Acknowledgement("Product removed from your collection")
    }

    private func id(_ context: AppContext) throws(Problem) -> UserProduct.ID {
        UserProduct.ID(try context.serialParameter("id", of: "product in your collection"))
    }
}

private enum WarrantyFilter: String, CaseIterable {
    case expiring
    case expired
    case active
}
