import Platform
import Postgres

/// Rows of `user_products`.
struct UserProductStore: Sendable {
    let database: Database

    init(database: Database) { self.database = database }

    /// What lists filter by.
    struct Filter: Sendable {
        var status: UserProduct.Status?
        var warranty: Warranty?
    }

    enum Warranty: Sendable {
        case active
        case expired
        /// Ends within so many days from today.
        case expiring(days: Int)

        /// The days that may be left.
        var daysLeft: ClosedRange<Int> {
            switch self {
            case .active: 0...1_000_000
            case .expired: -1_000_000 ... -1
            case .expiring(let days): 0...days
            }
        }
    }

    enum Order: String, Sendable {
        case newest = "u.id DESC"
        /// What ends first comes first.
        case warranty = "u.warranty_expires NULLS LAST, u.id DESC"
    }

    /// One page of an account's products, and how many there are in all.
    func list(
        ownedBy owner: Int, _ filter: Filter, _ order: Order, _ page: PageRequest
    ) async throws(PostgresError) -> (items: [UserProduct], total: Int) {
        let condition = """
            u.user_id = $1 AND ($2::text IS NULL OR u.status = $2)
            AND ($3::int IS NULL OR u.warranty_expires - \(UserProduct.today) BETWEEN $3 AND $4::int)
            """
        let days = filter.warranty?.daysLeft
        let items = try await database.rows(
            """
            SELECT \(UserProduct.columns) FROM \(UserProduct.tables) WHERE \(condition)
            ORDER BY \(order.rawValue) LIMIT $5 OFFSET $6
            """, owner, filter.status, days?.lowerBound, days?.upperBound, page.limit, page.offset,
            decode: UserProduct.init(row:))
        let total = try await database.row(
            "SELECT count(*) AS total FROM user_products u WHERE \(condition)", owner, filter.status, days?.lowerBound,
            days?.upperBound
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (items, total ?? 0)
    }

    /// An account's products after this one, the oldest first.
    static func following(
        _ id: Int, ownedBy owner: Int, limit: Int, in queryable: some Queryable
    ) async throws(PostgresError) -> [UserProduct] {
        try await queryable.rows(
            """
            SELECT \(UserProduct.columns) FROM \(UserProduct.tables) WHERE u.user_id = $1 AND u.id > $2
            ORDER BY u.id LIMIT $3
            """, owner, id, limit, decode: UserProduct.init(row:))
    }

    /// One of an account's products; nil when it has no such one.
    func item(_ id: UserProduct.ID, ownedBy owner: Int) async throws(PostgresError) -> UserProduct? {
        try await Self.item(id, ownedBy: owner, in: database)
    }

    /// The same, as this transaction sees it.
    static func item(
        _ id: UserProduct.ID, ownedBy owner: Int, in queryable: some Queryable
    ) async throws(PostgresError) -> UserProduct? {
        try await queryable.row(
            "SELECT \(UserProduct.columns) FROM \(UserProduct.tables) WHERE u.id = $1 AND u.user_id = $2", id, owner,
            decode: UserProduct.init(row:))
    }

    /// Whether an account has this product, be it broken, and not sold.
    func owns(_ owner: Int, product: Product.ID) async throws(PostgresError) -> Bool {
        try await database.execute(
            "SELECT 1 FROM user_products WHERE user_id = $1 AND product_id = $2 AND status <> 'sold'", owner, product)
            > 0
    }
}
