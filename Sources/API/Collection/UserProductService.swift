import HTTPTypes
import Platform
import Postgres

/// The rules of collections: everybody sees and changes their own, and has a product once.
struct UserProductService: Sendable {
    let store: UserProductStore

    /// The caller's product, or 404.
    func item(_ id: UserProduct.ID, of caller: Caller) async throws -> UserProduct {
        guard let item = try await store.item(id, ownedBy: caller.userID) else { throw Self.notFound }
        return item
    }

    /// 409 for a product that is in the collection already.
    func add(_ input: UserProductInput, by caller: Caller) async throws -> UserProduct {
        var faults = FieldFaults()
        let product = input.productID ?? 0
        if !(1...Int(Int32.max)).contains(product) {
            faults.add("product_id", input.productID == nil ? "is required" : "There is no such product.")
        }
        let (ownership, warranty) = input.applied(to: nil, &faults)
        try faults.check()
        do {
            let draft = UserProductStore.Draft(
                userID: caller.userID, productID: product, ownership: ownership,
                warrantyExpires: warranty.applied(to: nil))
            guard let id = try await UserProductStore.insert(draft, in: store.database) else {
                throw Problem.invalid(["product_id": "There is no such product."])
            }
            return try await item(id, of: caller)
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw Self.alreadyOwned
        }
    }

    func update(_ id: UserProduct.ID, _ input: UserProductInput, by caller: Caller) async throws -> UserProduct {
        try await store.database.transaction { transaction in
            // Two updates at once each keep what the other changed.
            try await transaction.execute("SELECT 1 FROM user_products WHERE id = $1 FOR UPDATE", id)
            let found = try await UserProductStore.item(id, ownedBy: caller.userID, in: transaction)
            guard let old = found else { throw Self.notFound }
            if let product = input.productID, product != old.productID {
                throw Problem.invalid(["product_id": "cannot be changed: add the other product instead"])
            }
            var faults = FieldFaults()
            let (ownership, warranty) = input.applied(to: Ownership(old), &faults)
            try faults.check()
            try await UserProductStore.update(id, ownership, warrantyExpires: warranty, in: transaction)
        }
        return try await item(id, of: caller)
    }

    /// 409 while files belong to it.
    func delete(_ id: UserProduct.ID, by caller: Caller) async throws {
        do {
            guard try await store.delete(id, ownedBy: caller.userID) else { throw Self.notFound }
        } catch let error as PostgresError where error.code == .foreignKeyViolation {
            throw Problem(.conflict, code: "has_files", "Files belong to this product: delete them first.")
        }
    }

    static let notFound = Problem.notFound("product in your collection")
    static let alreadyOwned = Problem(
        .conflict, code: "already_owned", "This product is in your collection already.",
        fields: ["product_id": "is in your collection already"])
}
