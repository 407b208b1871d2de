/// An entity tag (RFC 9110 §8.8.3): `"abc"`, or weak, `W/"abc"`.
struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// What stands between the quotes.
    let opaque: String
    let isWeak: Bool

    init(_ opaque: String, isWeak: Bool = false) {
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// Reads a field's value; nil unless it is one tag with its quotes.
    init?(field text: some StringProtocol) {
        let isWeak = text.hasPrefix("W/")
        let quoted = text.dropFirst(isWeak ? 2 : 0)
        guard quoted.utf8.count >= 2, quoted.first == "\"", quoted.last == "\"" else { return nil }
        let opaque = quoted.dropFirst().dropLast()
        guard opaque.utf8.allSatisfy({ $0 == 0x21 || (0x23...0x7E).contains($0) || $0 >= 0x80 }) else { return nil }
        self.init(String(opaque), isWeak: isWeak)
    }

    /// As the `ETag` field has it.
    var description: String { "\(isWeak ? "W/" : "")\"\(opaque)\"" }

    /// Both strong and the same: the same bytes.
    func matchesStrongly(_ other: EntityTag) -> Bool { !isWeak && self == other }

    /// The same but for weakness: the same meaning.
    func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }

    /// The tags of an `If-Match` or `If-None-Match` list; commas may stand within a tag. Nil if it is no such list.
    static func list(_ field: some StringProtocol) -> [EntityTag]? {
        var tags: [EntityTag] = []
        var rest = Substring(field)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            guard !rest.isEmpty else { return tags }
            guard let open = rest.firstIndex(of: "\""),
                let close = rest[rest.index(after: open)...].firstIndex(of: "\""),
                let tag = EntityTag(field: rest[...close])
            else { return nil }
            tags.append(tag)
            rest = rest[rest.index(after: close)...]
            guard rest.first.map({ $0 == " " || $0 == "\t" || $0 == "," }) ?? true else { return nil }
        }
    }
}
