import Foundation
import Platform

/// A product as an administrator writes it; of an update, what changes.
struct ProductInput: Decodable, Sendable {
    private var name: Change<String> = .keep
    private var categoryID: Change<Int> = .keep
    private var brand: Change<String> = .keep
    private var model: Change<String> = .keep
    private var description: Change<String> = .keep
    private var price: Change<Int> = .keep
    private var warrantyMonths: Change<Int> = .keep
    private var warrantyConditions: Change<String> = .keep
    private var manufacturerWebsite: Change<String> = .keep
    private var specifications: Change<[String: JSONValue]> = .keep
    private var status: Change<String> = .keep

    private enum CodingKeys: String, CodingKey {
        case name, categoryID, brand, model, description, price, warrantyMonths, warrantyConditions
        case manufacturerWebsite, specifications, status
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.change(String.self, .name)
        categoryID = try container.change(Int.self, .categoryID)
        brand = try container.change(String.self, .brand)
        model = try container.change(String.self, .model)
        description = try container.change(String.self, .description)
        price = try container.change(Int.self, .price)
        warrantyMonths = try container.change(Int.self, .warrantyMonths)
        warrantyConditions = try container.change(String.self, .warrantyConditions)
        manufacturerWebsite = try container.change(String.self, .manufacturerWebsite)
        specifications = try container.change([String: JSONValue].self, .specifications)
        status = try container.change(String.self, .status)
    }

    /// The fields of `old`, or of a new product, with these changes made; 400 that names each field at fault.
    func applied(to old: ProductFields?) throws(Problem) -> ProductFields {
        let base = old ?? ProductFields(name: "")
        var faults = FieldFaults()
        var new = base
        new.name = faults.required(name, "name", maximum: 200, old: old?.name)
        let category = faults.integer(categoryID, "category_id", in: 1...Int(Int32.max))
        new.categoryID = category.applied(to: base.categoryID)
        new.brand = faults.text(brand, "brand", maximum: 100).applied(to: base.brand)
        new.model = faults.text(model, "model", maximum: 100).applied(to: base.model)
        new.description = faults.text(description, "description", maximum: 10_000).applied(to: base.description)
        new.price = faults.integer(price, "price", in: 0...Int(Int32.max)).applied(to: base.price)
        let months = faults.integer(warrantyMonths, "warranty_months", in: 0...1_200)
        new.warrantyMonths = months.applied(to: base.warrantyMonths)
        let conditions = faults.text(warrantyConditions, "warranty_conditions", maximum: 10_000)
        new.warrantyConditions = conditions.applied(to: base.warrantyConditions)
        let website = faults.text(manufacturerWebsite, "manufacturer_website", maximum: 255)
        if case .set(let address) = website, !Self.isWebAddress(address) {
            faults.add("manufacturer_website", "Must be an address that begins with http:// or https://.")
        }
        new.manufacturerWebsite = website.applied(to: base.manufacturerWebsite)
        new.specifications = Self.checked(specifications, &faults).applied(to: base.specifications)
        new.status = faults.choice(status, "status", old: base.status)
        try faults.check()
        return new
    }

    /// Others, `javascript:` above all, are no places to send people to.
    private static func isWebAddress(_ text: String) -> Bool {
        guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased() else {
            return false
        }
        return ["http", "https"].contains(scheme) && components.host?.isEmpty == false
    }

    private static func checked(
        _ change: Change<[String: JSONValue]>, _ faults: inout FieldFaults
    ) -> Change<JSONValue> {
        guard case .set(let members) = change else { return change.isClear ? .clear : .keep }
        let value = JSONValue.object(members)
        let bytes = (try? JSONEncoder().encode(value))?.count ?? .max
        if bytes > 64 << 10 || value.depth > 16 {
            faults.add("specifications", "At most 64 KiB of JSON, nested at most 16 deep.")
        }
        if value.holdsNUL { faults.add("specifications", "Must not contain NUL characters.") }
        return .set(value)
    }
}

extension Change {
    fileprivate var isClear: Bool { if case .clear = self { true } else { false } }
}

extension JSONValue {
    /// How many lists and objects are within each other.
    fileprivate var depth: Int {
        switch self {
        case .list(let values): 1 + (values.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }

    /// `jsonb` cannot hold it.
    fileprivate var holdsNUL: Bool {
        switch self {
        case .text(let text): text.unicodeScalars.contains("\0")
        case .list(let values): values.contains(where: \.holdsNUL)
        case .object(let members):
            members.contains { $0.key.unicodeScalars.contains("\0") || $0.value.holdsNUL }
        default: false
        }
    }
}
