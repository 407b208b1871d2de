import Platform

/// A collection as a table, as it is exported and imported.
enum CollectionTable {
    static let columns = [
        "product_id", "product_name", "brand", "model", "category_name", "version", "serial_number", "purchase_date",
        "purchase_price", "warranty_expires", "status", "notes",
    ]

    static let head = CommaSeparatedText.line(columns)

    /// The row of one product.
    static func line(_ item: UserProduct) -> String {
        let cells: [String?] = [
            String(item.productID), item.productName, item.brand, item.model, item.categoryName, item.version,
            item.serialNumber, item.purchaseDate?.rawValue, item.purchasePrice.map { String($0) },
            item.warrantyExpires?.rawValue, item.status.rawValue, item.notes,
        ]
        return CommaSeparatedText.line(cells.map { FormulaGuard.guarded($0 ?? "") })
    }

    /// Reads a table with any of these columns, in any order, in which either the product's id or its name must be.
    static func items(_ text: String) throws(CommaSeparatedText.Fault) -> [ImportedItem] {
        let rows = try CommaSeparatedText.rows(text)
        guard let head = rows.first else { throw .init(line: 1, sentence: "The table is empty.") }
        let names = head.cells.map { $0.trimmingWhitespace().lowercased() }
        guard names.contains("product_id") || names.contains("product_name") else {
            throw .init(line: head.line, sentence: "There must be a column product_id or product_name.")
        }
        var items: [ImportedItem] = []
        for row in rows.dropFirst() {
            guard row.cells.count <= names.count else {
                throw .init(line: row.line, sentence: "There are more cells than columns.")
            }
            let cells = Dictionary(zip(names, row.cells.map(FormulaGuard.restored))) { first, _ in first }
            items.append(ImportedItem(line: row.line, cells: cells))
        }
        return items
    }
}

extension ImportedItem {
    /// One row of a table, whose blank cells say nothing.
    init(line: Int, cells: [String: String]) {
        func cell(_ name: String) -> String? {
            cells[name].map { $0.trimmingWhitespace() }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func text(_ name: String) -> Change<String> { cell(name).map { .set($0) } ?? .keep }
        var input = UserProductInput()
        input.version = text("version")
        input.serialNumber = text("serial_number")
        input.purchaseDate = text("purchase_date")
        input.warrantyExpires = text("warranty_expires")
        input.status = text("status")
        input.notes = text("notes")
        // What is no number is out of bounds, and told so.
        input.purchasePrice = cell("purchase_price").map { .set(Int($0) ?? -1) } ?? .keep
        self.init(
            place: line,
            product: NamedProduct(
                id: cell("product_id").map { Int($0) ?? 0 }, name: cell("product_name"), brand: cell("brand"),
                model: cell("model")), input: input)
    }
}
