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

    func create(_ input: ProductInput, by caller: Caller, from address: String) async throws -> Product {
        let fields = try input.applied(to: nil)
        return try await inCategory {
            try await store.database.transaction { transaction in
                let id = try await ProductStore.insert(fields, in: transaction)
                try await record("product.created", by: caller, from: address, on: id, fields.name, in: transaction)
                return try await reloaded(id, in: transaction)
            }
        }
    }

    func update(
        _ id: Product.ID, _ input: ProductInput, by caller: Caller, from address: String
    ) async throws -> Product {
        try await inCategory {
            try await store.database.transaction { transaction in
                // Two updates at once each keep what the other changed.
                try await transaction.execute("SELECT 1 FROM products WHERE id = $1 FOR UPDATE", id)
                let old = try await reloaded(id, in: transaction)
                let fields = try input.applied(to: ProductFields(old))
                try await ProductStore.update(id, fields, in: transaction)
                try await record("product.updated", by: caller, from: address, on: id, fields.name, in: transaction)
                return try await reloaded(id, in: transaction)
            }
        }
    }

    /// 409 while somebody owns one.
    func delete(_ id: Product.ID, by caller: Caller, from address: String) async throws {
        do {
            try await store.database.transaction { transaction in
                guard let name = try await ProductStore.delete(id, in: transaction) else {
                    throw Problem.notFound("product")
                }
                try await record("product.deleted", by: caller, from: address, on: id, name, in: transaction)
            }
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Problem(
                .conflict, code: "product_in_use",
                "Somebody has this product in their collection: set its status to archived instead.")
        }
    }

    private func reloaded(_ id: Product.ID, in transaction: Transaction) async throws -> Product {
        guard let product = try await store.product(id, in: transaction) else { throw Problem.notFound("product") }
        return product
    }

    private func record(
        _ action: String, by caller: Caller, from address: String, on id: Product.ID, _ name: String,
        in transaction: Transaction
    ) async throws {
        let entry = AuditEntry(
            action, by: caller, from: address, on: .product, id.rawValue, details: ["name": .text(name)])
        try await AuditLog.record(entry, in: transaction)
    }

    private func inCategory<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Self.noCategory
        }
    }

    private static let noCategory = Problem.invalid(["category_id": "There is no such category."])
}
