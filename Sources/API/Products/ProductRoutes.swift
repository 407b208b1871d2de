import Postgres
import Hummingbird
import Platform

/// `/products` and `/categories` for everybody.
struct ProductRoutes: Sendable {
    private let service: ProductService
    private let categories: CategoryStore

    init(service: ProductService, categories: CategoryStore) {
        self.service = service
        self.categories = categories
    }

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("categories", use: listCategories)
        routes.get("products", use: list)
        routes.get("products/search", use: search)
        routes.get("products/{id}", use: show)
        return routes
    }

    @Sendable private func listCategories(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[ProductCategory]> {
        Success(try await categories.all())
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<Product> {
        let page = try PageRequest(request)
        var filter = try ProductStore.Filter(request)
        filter.status = .active
        let (products, total) = try await service.store.list(filter, page)
        return Paged(products, page: page, total: total)
    }

    /// A blank query means nothing.
    @Sendable private func search(_ request: Request, _ context: AppContext) async throws -> Success<[ProductMatch]> {
        let limit = try request.queryInteger("limit", in: 1...100) ?? 10
        let query = try request.queryText("q", maximum: 200)
        guard let query else { return Success([]) }
        return Success(try await service.store.search(query, limit: limit))
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<Product> {
        Success(try await service.product(Product.ID(try context.serialParameter("id", of: "product"))))
    }
}

extension ProductStore.Filter {
    /// What a request's query asks for, but for the status.
    init(_ request: Request) throws(Problem) {
        categoryID = try request.queryInteger("category_id", in: 1...Int(Int32.max))
        brand = try request.queryText("brand", maximum: 100)
        text = try request.queryText("q", maximum: 200)
        sort = try request.queryChoice("sort") ?? .newest
    }
}
