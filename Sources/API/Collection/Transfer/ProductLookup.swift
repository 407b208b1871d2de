import Platform
import Postgres

/// Finds the products of a catalogue that an import means.
struct ProductLookup: Sendable {
    private struct Known: Sendable {
        let id: Int
        let name: String
        let brand: String?
        let model: String?
    }

    private let byID: [Int: Known]
    private let byName: [String: [Known]]

    /// Reads what these names may mean, in one statement.
    init(_ products: [NamedProduct], in queryable: some Queryable) async throws(PostgresError) {
        let ids = Set(products.compactMap(\.id).filter { (1...Int(Int32.max)).contains($0) })
        let names = Set(products.compactMap { $0.name?.lowercased() })
        let known = try await queryable.rows(
            "SELECT id, name, brand, model FROM products WHERE id = ANY($1::int[]) OR lower(name) = ANY($2::text[])",
            Array(ids), Array(names)
        ) { row throws(PostgresError) in
            try Known(
                id: row.decode("id"), name: row.decode("name"), brand: row.decode("brand"), model: row.decode("model"))
        }
        byID = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        byName = Dictionary(grouping: known) { $0.name.lowercased() }
    }

    /// The id of the product that is meant, or a sentence on why there is none. A name counts more than an id, which
    /// another catalogue may have given.
    func id(of product: NamedProduct) -> Result<Int, Missing> {
        guard let name = product.name else {
            guard let id = product.id else { return .failure(Missing(sentence: "is required, or product_name")) }
            return byID[id] == nil ? .failure(Missing(sentence: "There is no such product.")) : .success(id)
        }
        var meant = byName[name.lowercased(), default: []]
        for (wanted, path) in [(product.brand, \Known.brand), (product.model, \Known.model)] {
            guard let wanted = wanted?.lowercased() else { continue }
            meant = meant.filter { $0[keyPath: path]?.lowercased() == wanted }
        }
        if let id = product.id, meant.contains(where: { $0.id == id }) { return .success(id) }
        switch meant.count {
        case 0: return .failure(Missing(sentence: "There is no product of this name, brand and model."))
        case 1: return .success(meant[0].id)
        default: return .failure(Missing(sentence: "Several products are called so: give product_id."))
        }
    }

    struct Missing: Error, Sendable { let sentence: String }
}
