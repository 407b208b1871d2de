import Postgres

extension UserProductStore {
    /// A row about to be made.
    struct Draft: Sendable {
        let userID: Int
        let productID: Int
        let ownership: Ownership
        let warrantyExpires: CalendarDay?
        /// Where no end of the warranty is given, it follows from the day of purchase and the product.
        var derivesWarranty = true
        /// Archived products are not for sale, but may have been once.
        var admitsArchived = false
    }

    /// Adds a product to a collection; nil when there is no such product. A unique violation of
    /// `user_products_user_id_product_id_key` tells that it is there already.
    static func insert(_ draft: Draft, in queryable: some Queryable) async throws(PostgresError) -> UserProduct.ID? {
        let ownership = draft.ownership
        return try await queryable.row(
            """
            INSERT INTO user_products (user_id, product_id, version, serial_number, purchase_date, purchase_price, notes,
              status, warranty_expires)
            SELECT $1::int, p.id, $3::text, $4::text, $5::date, $6::int, $7::text, $8::text, CASE WHEN $9::date IS NULL AND $10::boolean
              THEN ($5::date + make_interval(months => p.warranty_months))::date ELSE $9::date END
            FROM products p WHERE p.id = $2 AND (p.status = 'active' OR $11::boolean)
            RETURNING id
            """,
            draft.userID, draft.productID, ownership.version, ownership.serialNumber, ownership.purchaseDate,
            ownership.purchasePrice, ownership.notes, ownership.status, draft.warrantyExpires, draft.derivesWarranty,
            draft.admitsArchived
        ) { row throws(PostgresError) -> UserProduct.ID in try row.decode("id") }
    }

    /// Writes what an owner says. An end of the warranty that followed from the day of purchase follows it further;
    /// one that was given stays until another is.
    static func update(
        _ id: UserProduct.ID, _ ownership: Ownership, warrantyExpires: Change<CalendarDay>, in transaction: Transaction
    ) async throws(PostgresError) {
        var isCleared = false
        if case .clear = warrantyExpires { isCleared = true }
        try await transaction.execute(
            """
            UPDATE user_products u SET version = $2, serial_number = $3, purchase_date = $4::date, purchase_price = $5,
              notes = $6, status = $7, updated_at = CURRENT_TIMESTAMP,
              warranty_expires = CASE
                WHEN $8::date IS NOT NULL THEN $8::date
                WHEN $9::boolean OR u.warranty_expires IS NULL
                  OR u.warranty_expires = (u.purchase_date + make_interval(months => p.warranty_months))::date
                THEN ($4::date + make_interval(months => p.warranty_months))::date
                ELSE u.warranty_expires END
            FROM products p WHERE u.id = $1 AND p.id = u.product_id
            """,
            id, ownership.version, ownership.serialNumber, ownership.purchaseDate, ownership.purchasePrice,
            ownership.notes, ownership.status, warrantyExpires.applied(to: nil), isCleared)
    }

    /// False when the account has no such product. A foreign key violation tells that files belong to it.
    func delete(_ id: UserProduct.ID, ownedBy owner: Int) async throws(PostgresError) -> Bool {
        try await database.execute("DELETE FROM user_products WHERE id = $1 AND user_id = $2", id, owner) == 1
    }
}
