import Foundation
import Platform
import Postgres

/// A product that somebody owns, as responses show it.
struct UserProduct: Encodable, Sendable {
    typealias ID = RowID<UserProduct>

    enum Status: String, Codable, CaseIterable, Sendable, PostgresCodable {
        case active
        case sold
        case broken
        case archived
    }

    let id: Int
    let userID: Int
    let productID: Int
    let productName: String
    @Nullable var categoryName: String?
    @Nullable var brand: String?
    @Nullable var model: String?
    @Nullable var version: String?
    @Nullable var serialNumber: String?
    @Nullable var purchaseDate: CalendarDay?
    /// Whole units of the currency.
    @Nullable var purchasePrice: Int?
    /// The last day of the warranty.
    @Nullable var warrantyExpires: CalendarDay?
    let isUnderWarranty: Bool
    /// Until the warranty's last day; negative when it has passed, null when it is not known.
    @Nullable var daysLeft: Int?
    let status: Status
    @Nullable var notes: String?
    let filesCount: Int
    let docsCount: Int
    let createdAt: Date
    let updatedAt: Date
}

extension UserProduct {
    /// Today, wherever the server stands.
    static let today = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date"

    /// What ``columns`` are of.
    static let tables = """
        user_products u JOIN products p ON p.id = u.product_id LEFT JOIN categories c ON c.id = p.category_id
        """

    static let columns = """
        u.id, u.user_id, u.product_id, p.name AS product_name, c.name AS category_name, p.brand, p.model, u.version,
        u.serial_number, to_char(u.purchase_date, 'YYYY-MM-DD') AS purchase_date, u.purchase_price,
        to_char(u.warranty_expires, 'YYYY-MM-DD') AS warranty_expires, u.warranty_expires - \(today) AS days_left,
        u.status, u.notes, (SELECT count(*) FROM files f WHERE f.product_id = u.id) AS files_count,
        (SELECT count(*) FROM product_documents d WHERE d.product_id = u.product_id) AS docs_count,
        u.created_at, u.updated_at
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        userID = try row.decode("user_id")
        productID = try row.decode("product_id")
        productName = try row.decode("product_name")
        categoryName = try row.decode("category_name")
        brand = try row.decode("brand")
        model = try row.decode("model")
        version = try row.decode("version")
        serialNumber = try row.decode("serial_number")
        purchaseDate = try row.decode("purchase_date")
        purchasePrice = try row.decode("purchase_price")
        warrantyExpires = try row.decode("warranty_expires")
        let daysLeft: Int? = try row.decode("days_left")
        self.daysLeft = daysLeft
        isUnderWarranty = daysLeft.map { $0 >= 0 } ?? false
        status = try row.decode("status")
        notes = try row.decode("notes")
        filesCount = try row.decode("files_count")
        docsCount = try row.decode("docs_count")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }
}

/// What an owner says of one, valid.
struct Ownership: Sendable {
    var version: String?
    var serialNumber: String?
    var purchaseDate: CalendarDay?
    var purchasePrice: Int?
    var notes: String?
    var status = UserProduct.Status.active
}

extension Ownership {
    init(_ item: UserProduct) {
        self.init(
            version: item.version, serialNumber: item.serialNumber, purchaseDate: item.purchaseDate,
            purchasePrice: item.purchasePrice, notes: item.notes, status: item.status)
    }
}
