import Platform
import Postgres

/// What of a product an administrator decides, valid.
struct ProductFields: Sendable {
    var name: String
    var categoryID: Int?
    var brand: String?
    var model: String?
    var description: String?
    var price: Int?
    var warrantyMonths: Int?
    var warrantyConditions: String?
    var manufacturerWebsite: String?
    var specifications: JSONValue?
    var status = Product.Status.active
}

extension ProductFields {
    init(_ product: Product) {
        self.init(
            name: product.name, categoryID: product.categoryID, brand: product.brand, model: product.model,
            description: product.description, price: product.price, warrantyMonths: product.warrantyMonths,
            warrantyConditions: product.warrantyConditions, manufacturerWebsite: product.manufacturerWebsite,
            specifications: product.specifications, status: product.status)
    }
}

/// Rows of `products`.
struct ProductStore: Sendable {
    let database: Database

    init(database: Database) { self.database = database }

    /// What lists filter by.
    struct Filter: Sendable {
        var categoryID: Int?
        var brand: String?
        /// A part of brand, name or model, whatever its case and accents.
        var text: String?
        var status: Product.Status?
        var sort = Sort.newest
    }

    enum Sort: String, CaseIterable, Sendable {
        case newest
        case name

        var order: String { self == .newest ? "p.id DESC" : "catalogue_folded(p.name), p.id" }
    }

    /// One page, and how many there are in all.
    func list(_ filter: Filter, _ page: PageRequest) async throws(PostgresError) -> (products: [Product], total: Int) {
        let source = """
            FROM products p LEFT JOIN categories c ON c.id = p.category_id
            WHERE ($1::int IS NULL OR p.category_id = $1) AND ($2::text IS NULL OR lower(p.brand) = lower($2))
              AND ($3::text IS NULL OR position(catalogue_folded($3) IN p.search_text) > 0)
              AND ($4::text IS NULL OR p.status = $4)
            """
        let products = try await database.rows(
            "SELECT \(Product.columns) \(source) ORDER BY \(filter.sort.order) LIMIT $5 OFFSET $6",
            filter.categoryID, filter.brand, filter.text, filter.status, page.limit, page.offset,
            decode: Product.init(row:))
        let total = try await database.row(
            "SELECT count(*) AS total \(source)", filter.categoryID, filter.brand, filter.text, filter.status
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (products, total ?? 0)
    }

    /// A product, whatever its status; nil when there is none.
    func product(
        _ id: Product.ID, in queryable: (any Queryable)? = nil
    ) async throws(PostgresError) -> Product? {
        let source: any Queryable = queryable ?? database
        return try await source.row(
            "SELECT \(Product.columns) FROM products p LEFT JOIN categories c ON c.id = p.category_id WHERE p.id = $1",
            id, decode: Product.init(row:))
    }

    /// Active products that a query may mean, the best first.
    func search(_ query: String, limit: Int) async throws(PostgresError) -> [ProductMatch] {
        try await database.rows(
            """
            SELECT p.id, p.name, p.brand, p.model, p.description
            FROM search_products($1, $2) s JOIN products p ON p.id = s.product_id ORDER BY s.rank DESC, p.id
            """, query, limit, decode: ProductMatch.init(row:))
    }

    static func insert(
        _ fields: ProductFields, in transaction: Transaction
    ) async throws(PostgresError) -> Product.ID {
        let id = try await transaction.row(
            """
            INSERT INTO products (name, category_id, brand, model, description, price, warranty_months,
              warranty_conditions, manufacturer_website, specifications, status)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id
            """,
            fields.name, fields.categoryID, fields.brand, fields.model, fields.description, fields.price,
            fields.warrantyMonths, fields.warrantyConditions, fields.manufacturerWebsite,
            fields.specifications.map { JSON($0) }, fields.status
        ) { row throws(PostgresError) -> Product.ID in try row.decode("id") }
        guard let id else { throw PostgresError.missingRow }
        return id
    }

    static func update(
        _ id: Product.ID, _ fields: ProductFields, in transaction: Transaction
    ) async throws(PostgresError) {
        try await transaction.execute(
            """
            UPDATE products SET name = $2, category_id = $3, brand = $4, model = $5, description = $6, price = $7,
              warranty_months = $8, warranty_conditions = $9, manufacturer_website = $10, specifications = $11,
              status = $12, updated_at = CURRENT_TIMESTAMP
            WHERE id = $1
            """,
            id, fields.name, fields.categoryID, fields.brand, fields.model, fields.description, fields.price,
            fields.warrantyMonths, fields.warrantyConditions, fields.manufacturerWebsite,
            fields.specifications.map { JSON($0) }, fields.status)
    }

    /// Gives its name; nil when there is none. A foreign key violation tells that somebody owns one.
    static func delete(_ id: Product.ID, in transaction: Transaction) async throws(PostgresError) -> String? {
        try await transaction.row("DELETE FROM products WHERE id = $1 RETURNING name", id) {
            row throws(PostgresError) -> String in try row.decode("name")
        }
    }
}
