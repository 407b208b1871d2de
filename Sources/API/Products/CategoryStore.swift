import HTTPTypes
import Platform
import Postgres

/// A kind of product.
struct ProductCategory: Encodable, Sendable {
    let id: Int
    let name: String
    /// Active products in it.
    let productsCount: Int
}

/// Rows of `categories`. A name is there once, whatever its case: the database decides.
struct CategoryStore: Sendable {
    private let database: Database

    init(database: Database) { self.database = database }

    /// All of them by name.
    func all() async throws(PostgresError) -> [ProductCategory] {
        try await database.rows(
            "SELECT \(Self.columns) FROM categories c ORDER BY lower(c.name)", decode: Self.category)
    }

    /// 409 for a name that is taken.
    func create(_ name: String, by caller: Caller, from address: String) async throws -> ProductCategory {
        try await changing("category.created", by: caller, from: address) { transaction in
            let made = try await transaction.row(
                "INSERT INTO categories AS c (name) VALUES ($1) RETURNING \(Self.columns)", name, decode: Self.category)
            guard let made else { throw PostgresError.missingRow }
            return made
        }
    }

    /// 404 where there is none, 409 for a name that is taken.
    func rename(_ id: Int, _ name: String, by caller: Caller, from address: String) async throws -> ProductCategory {
        try await changing("category.renamed", by: caller, from: address) { transaction in
            try await transaction.row(
                "UPDATE categories c SET name = $2 WHERE id = $1 RETURNING \(Self.columns)", id, name,
                decode: Self.category)
        }
    }

    /// 409 while products are in it.
    func delete(_ id: Int, by caller: Caller, from address: String) async throws {
        _ = try await changing("category.deleted", by: caller, from: address) { transaction in
            try await transaction.row(
                "DELETE FROM categories c WHERE id = $1 RETURNING \(Self.columns)", id, decode: Self.category)
        }
    }

    private static let columns = """
        c.id, c.name,
        (SELECT count(*) FROM products p WHERE p.category_id = c.id AND p.status = 'active') AS products_count
        """

    @Sendable private static func category(_ row: Row) throws(PostgresError) -> ProductCategory {
        ProductCategory(
            id: try row.decode("id"), name: try row.decode("name"), productsCount: try row.decode("products_count"))
    }

    /// Changes one category and writes down that it was; 404 where there was none.
    private func changing(
        _ action: String, by caller: Caller, from address: String,
        _ body: @Sendable (Transaction) async throws -> ProductCategory?
    ) async throws -> ProductCategory {
        do {
            return try await database.transaction { transaction in
                guard let category = try await body(transaction) else { throw Problem.notFound("category") }
                let entry = AuditEntry(
                    action, by: caller, from: address, on: .category, category.id,
                    details: ["name": .text(category.name)])
                try await AuditLog.record(entry, in: transaction)
                return category
            }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw Problem(
                .conflict, code: "conflict", "There is a category of this name.", fields: ["name": "is taken"])
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Problem(
                .conflict, code: "category_in_use", "Products are in this category: give them another one first.")
        }
    }
}
