import HTTPTypes
import Platform
import Postgres

/// The rules of the catalogue.
struct ProductService: Sendable {
    let store: ProductStore

    /// The product, or 404.
    func product(_ id: Product.ID) async throws -> Product {
        guard let product = try await store.product(id) else { throw Problem.notFound("product") }
        return product
    }

    func create(_ input: ProductInput) async throws -> Product {
        let fields = try input.applied(to: nil)
        do {
            return try await product(try await store.insert(fields))
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Self.noCategory
        }
    }

    func update(_ id: Product.ID, _ input: ProductInput) async throws -> Product {
        do {
            try await store.database.transaction { transaction in
                // Two updates at once each keep what the other changed.
                try await transaction.execute("SELECT 1 FROM products WHERE id = $1 FOR UPDATE", id)
                guard let old = try await store.product(id, in: transaction) else { throw Problem.notFound("product") }
                try await ProductStore.update(id, try input.applied(to: ProductFields(old)), in: transaction)
            }
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Self.noCategory
        }
        return try await product(id)
    }

    /// 409 while somebody owns one.
    func delete(_ id: Product.ID) async throws {
        do {
            guard try await store.delete(id) else { throw Problem.notFound("product") }
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Problem(
                .conflict, code: "product_in_use",
                "Somebody has this product in their collection: set its status to archived instead.")
        }
    }

    private static let noCategory = Problem.invalid(["category_id": "There is no such category."])
}
