import Postgres
import Hummingbird
import Platform

/// The catalogue for those who keep it: `/admin/products` and `/admin/categories`.
struct AdminProductRoutes: Sendable {
    private let service: ProductService
    private let categories: CategoryStore

    init(service: ProductService, categories: CategoryStore) {
        self.service = service
        self.categories = categories
    }

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("admin/products", use: list)
        routes.post("admin/products", use: create)
        routes.put("admin/products/{id}", use: update)
        routes.delete("admin/products/{id}", use: delete)
        routes.get("admin/categories", use: listCategories)
        routes.post("admin/categories", use: createCategory)
        routes.put("admin/categories/{id}", use: renameCategory)
        routes.delete("admin/categories/{id}", use: deleteCategory)
        return routes
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<Product> {
        try context.require(.admin)
        let page = try PageRequest(request)
        var filter = try ProductStore.Filter(request)
        filter.status = try request.queryChoice("status")
        let (products, total) = try await service.store.list(filter, page)
        return Paged(products, page: page, total: total)
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Success<Product> {
        let caller = try context.require(.admin)
        let product = try await service.create(
            try await request.decodeJSON(ProductInput.self, context), by: caller, from: context.remoteAddress)
        return Success(product, message: "Product created successfully", status: .created)
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<Product> {
        let caller = try context.require(.admin)
        let id = Product.ID(try context.serialParameter("id", of: "product"))
        let product = try await service.update(
            id, try await request.decodeJSON(ProductInput.self, context), by: caller, from: context.remoteAddress)
        return Success(product, message: "Product updated successfully")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.require(.admin)
        let id = Product.ID(try context.serialParameter("id", of: "product"))
        try await service.delete(id, by: caller, from: context.remoteAddress)
        return Acknowledgement("Product deleted")
    }

    @Sendable private func listCategories(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[ProductCategory]> {
        try context.require(.admin)
        return Success(try await categories.all())
    }

    @Sendable private func createCategory(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<ProductCategory> {
        let caller = try context.require(.admin)
        let name = try await request.decodeJSON(CategoryInput.self, context).checkedName()
        let category = try await categories.create(name, by: caller, from: context.remoteAddress)
        return Success(category, message: "Category created successfully", status: .created)
    }

    @Sendable private func renameCategory(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<ProductCategory> {
        let caller = try context.require(.admin)
        let id = try context.serialParameter("id", of: "category")
        let name = try await request.decodeJSON(CategoryInput.self, context).checkedName()
        return Success(
            try await categories.rename(id, name, by: caller, from: context.remoteAddress),
            message: "Category updated successfully")
    }

    @Sendable private func deleteCategory(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.require(.admin)
        let id = try context.serialParameter("id", of: "category")
        try await categories.delete(id, by: caller, from: context.remoteAddress)
        return Acknowledgement("Category deleted")
    }
}

/// A category as an administrator writes it.
struct CategoryInput: Decodable, Sendable {
    let name: String

    func checkedName() throws(Problem) -> String {
        var faults = FieldFaults()
        let name = faults.required(.set(name), "name", maximum: 100, old: nil)
        try faults.check()
        return name
    }
}
