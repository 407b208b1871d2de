import HTTPTypes
import Platform
import Postgres

/// Adds many products to a collection at once: all of them, or none.
struct CollectionImport: Sendable {
    /// Products in one import.
    static let maximumItems = 10_000

    let database: Database

    /// What is to be written for one item of an import.
    struct Planned: Sendable {
        let item: ImportedItem
        let draft: UserProductStore.Draft
    }

    /// What becomes of these items, and what is wrong with them.
    func plan(
        _ items: [ImportedItem], for owner: Int
    ) async throws -> (planned: [Planned], faults: [ImportReport.Fault]) {
        guard items.count <= Self.maximumItems else {
            throw Problem(
                .contentTooLarge, code: "too_large", "At most \(Self.maximumItems) products can be imported at once.")
        }
        let lookup = try await ProductLookup(items.map(\.product), in: database.pooled)
        var taken = Set(
            try await database.pooled.rows("SELECT product_id FROM user_products WHERE user_id = $1", owner) {
                row throws(PostgresError) -> Int in try row.decode("product_id")
            })
        var planned: [Planned] = []
        var faults: [ImportReport.Fault] = []
        for item in items {
            var fields = FieldFaults()
            let (ownership, warranty) = item.input.applied(to: nil, &fields)
            let product = lookup.id(of: item.product)
            switch product {
            case .failure(let missing): fields.add("product_id", missing.sentence)
            case .success(let id) where !taken.insert(id).inserted:
                fields.add("product_id", "is in your collection already, or twice in this file")
            case .success: break
            }
            do {
                try fields.check()
                let draft = UserProductStore.Draft(
                    userID: owner, productID: (try? product.get()) ?? 0, ownership: ownership,
                    warrantyExpires: warranty.applied(to: nil), derivesWarranty: item.derivesWarranty,
                    admitsArchived: true)
                planned.append(Planned(item: item, draft: draft))
            } catch {
                faults += error.fields.sorted { $0.key < $1.key }.map { field, sentence in
                    ImportReport.Fault(line: item.place, field: field, error: sentence)
                }
            }
        }
        return (planned, faults)
    }

    /// Adds everything; `recording` writes what belongs to each in the same transaction.
    func add(
        _ planned: [Planned],
        recording: @escaping @Sendable (Int, UserProduct.ID, Transaction) async throws -> Void = { _, _, _ in }
    ) async throws {
        do {
            try await database.transaction { transaction in
                for (index, plan) in planned.enumerated() {
                    guard let id = try await UserProductStore.insert(plan.draft, in: transaction) else {
                        throw Problem(
                            .conflict, code: "conflict", "A product was deleted meanwhile: import again.")
                    }
                    try await recording(index, id, transaction)
                }
            }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw UserProductService.alreadyOwned
        }
    }

    /// What to answer to a table; with faults nothing is added.
    func run(table: String, isDryRun: Bool, by caller: Caller) async throws -> ImportReport {
        let items: [ImportedItem]
        do {
            items = try CollectionTable.items(table)
        } catch {
            return try Self.report(
                [ImportReport.Fault(line: error.line, field: nil, error: error.sentence)], lines: 0, isDryRun)
        }
        let (planned, faults) = try await plan(items, for: caller.userID)
        let report = try Self.report(faults, lines: items.count, isDryRun, added: planned.count)
        if !isDryRun { try await add(planned) }
        return report
    }

    /// A report; 400 where faults are in the way of what was to be done.
    static func report(
        _ faults: [ImportReport.Fault], lines: Int, _ isDryRun: Bool, added: Int = 0, files: Int = 0
    ) throws(Problem) -> ImportReport {
        guard faults.isEmpty || isDryRun else {
            let shown = faults.prefix(ImportReport.maximumErrors).map { fault in
                ("line \(fault.line)\(fault.field.map { ", \($0)" } ?? "")", fault.error)
            }
            throw Problem(
                .badRequest, code: "invalid_lines",
                "Nothing was imported, since \(faults.count) values are not valid: try it with dry_run first.",
                fields: Dictionary(shown) { first, _ in first }, details: ["lines": lines])
        }
        return ImportReport(
            dryRun: isDryRun, lines: lines, added: added, files: files,
            errors: Array(faults.prefix(ImportReport.maximumErrors)))
    }
}
