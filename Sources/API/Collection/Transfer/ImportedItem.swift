import Platform

/// A product as an import names it: by an id of this catalogue, or as people call it.
struct NamedProduct: Codable, Hashable, Sendable {
    var id: Int?
    var name: String?
    var brand: String?
    var model: String?
}

/// One product of a collection that is to be imported.
struct ImportedItem: Sendable {
    /// The line of a table, or the number in a list, from 1.
    let place: Int
    let product: NamedProduct
    let input: UserProductInput
    /// Whether an end of the warranty that is left out follows from the day of purchase.
    var derivesWarranty = true
}

/// What an import found, or did.
struct ImportReport: Encodable, Sendable {
    /// Faults that are told of at most.
    static let maximumErrors = 200

    struct Fault: Encodable, Sendable {
        let line: Int
        @Nullable var field: String?
        let error: String
    }

    let dryRun: Bool
    /// Products in the file.
    let lines: Int
    /// Of these, how many were added, or would be.
    let added: Int
    /// Files that came with them.
    let files: Int
    let errors: [Fault]
}
