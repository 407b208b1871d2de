import Platform

/// What an owner writes of a product of theirs; of an update, what changes.
struct UserProductInput: Decodable, Sendable {
    var productID: Int?
    var version: Change<String> = .keep
    var serialNumber: Change<String> = .keep
    var purchaseDate: Change<String> = .keep
    var purchasePrice: Change<Int> = .keep
    var warrantyExpires: Change<String> = .keep
    var notes: Change<String> = .keep
    var status: Change<String> = .keep

    /// Says nothing.
    init() {}

    private enum CodingKeys: String, CodingKey {
        case productID, version, serialNumber, purchaseDate, purchasePrice, warrantyExpires, notes, status
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        productID = try container.decodeIfPresent(Int.self, forKey: .productID)
        version = try container.change(String.self, .version)
        serialNumber = try container.change(String.self, .serialNumber)
        purchaseDate = try container.change(String.self, .purchaseDate)
        purchasePrice = try container.change(Int.self, .purchasePrice)
        warrantyExpires = try container.change(String.self, .warrantyExpires)
        notes = try container.change(String.self, .notes)
        status = try container.change(String.self, .status)
    }

    /// What it says, over what was said before; notes each field at fault.
    func applied(
        to old: Ownership?, _ faults: inout FieldFaults
    ) -> (ownership: Ownership, warrantyExpires: Change<CalendarDay>) {
        let base = old ?? Ownership()
        var new = base
        new.version = faults.text(version, "version", maximum: 50).applied(to: base.version)
        new.serialNumber = faults.text(serialNumber, "serial_number", maximum: 100).applied(to: base.serialNumber)
        new.purchaseDate = faults.day(purchaseDate, "purchase_date").applied(to: base.purchaseDate)
        let price = faults.integer(purchasePrice, "purchase_price", in: 0...Int(Int32.max))
        new.purchasePrice = price.applied(to: base.purchasePrice)
        new.notes = faults.text(notes, "notes", maximum: 10_000).applied(to: base.notes)
        new.status = faults.choice(status, "status", old: base.status)
        return (new, faults.day(warrantyExpires, "warranty_expires"))
    }
}

extension FieldFaults {
    /// A blank text takes the day away.
    mutating func day(_ change: Change<String>, _ field: String) -> Change<CalendarDay> {
        switch change {
        case .keep: return .keep
        case .clear: return .clear
        case .set(let text):
            let trimmed = text.trimmingWhitespace()
            if trimmed.isEmpty { return .clear }
            // A hundred years of warranty are to be a day as well.
            guard let day = CalendarDay(rawValue: trimmed), trimmed < "3000" else {
                add(field, "Must be a day such as 2024-01-15.")
                return .keep
            }
            return .set(day)
        }
    }
}
