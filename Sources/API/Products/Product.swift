import Foundation
import Platform
import Postgres

/// A product of the catalogue, as responses show it.
struct Product: Encodable, Sendable {
    typealias ID = RowID<Product>

    enum Status: String, Codable, CaseIterable, Sendable, PostgresCodable {
        case active
        /// Not sold any more: found by those who have its id, but not listed, searched or added to a collection.
        case archived
    }

    let id: Int
    let name: String
    @Nullable var categoryID: Int?
    @Nullable var categoryName: String?
    @Nullable var brand: String?
    @Nullable var model: String?
    @Nullable var description: String?
    /// Whole units of the currency.
    @Nullable var price: Int?
    @Nullable var warrantyMonths: Int?
    @Nullable var warrantyConditions: String?
    @Nullable var manufacturerWebsite: String?
    /// Whatever an administrator wrote, member names included.
    @Nullable var specifications: JSONValue?
    let status: Status
    /// Internal documents about it.
    let docsCount: Int
    let createdAt: Date
    let updatedAt: Date
}

extension Product {
    /// The columns that ``init(row:)`` reads, of `products p LEFT JOIN categories c`.
    static let columns = """
        p.id, p.name, p.category_id, c.name AS category_name, p.brand, p.model, p.description, p.price,
        p.warranty_months, p.warranty_conditions, p.manufacturer_website, p.specifications, p.status,
        (SELECT count(*) FROM product_documents d WHERE d.product_id = p.id) AS docs_count, p.created_at, p.updated_at
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        name = try row.decode("name")
        categoryID = try row.decode("category_id")
        categoryName = try row.decode("category_name")
        brand = try row.decode("brand")
        model = try row.decode("model")
        description = try row.decode("description")
        price = try row.decode("price")
        warrantyMonths = try row.decode("warranty_months")
        warrantyConditions = try row.decode("warranty_conditions")
        manufacturerWebsite = try row.decode("manufacturer_website")
        specifications = try row.decode("specifications", as: JSON<JSONValue>?.self)?.value
        status = try row.decode("status")
        docsCount = try row.decode("docs_count")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }
}

/// What a search shows of a product.
struct ProductMatch: Encodable, Sendable {
    let id: Int
    let name: String
    @Nullable var brand: String?
    @Nullable var model: String?
    @Nullable var description: String?

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        name = try row.decode("name")
        brand = try row.decode("brand")
        model = try row.decode("model")
        description = try row.decode("description")
    }
}
