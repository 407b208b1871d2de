/// Names and values that tell the series of one metric apart, sorted by name.
struct MetricLabels: Hashable, Comparable {
    private struct Pair: Hashable {
        let name: String
        let value: String
    }

    /// Longer values are cut: a label is a word, not a text.
    private static let maximumValueCharacters = 200

    private let pairs: [Pair]

    private init(pairs: [Pair]) { self.pairs = pairs }

    /// Of a name that is given twice the last counts.
    init(_ dimensions: [(String, String)]) {
        let unique = Dictionary(dimensions.map { (Self.validName($0), $1) }) { _, last in last }
        pairs = unique.map { Pair(name: $0, value: Self.shortened($1)) }.sorted { $0.name < $1.name }
    }

    private static func shortened(_ value: String) -> String {
        // A character has a byte at least.
        value.utf8.count <= maximumValueCharacters ? value : String(value.prefix(maximumValueCharacters))
    }

    /// The same names, for all values that are too many.
    var others: MetricLabels { MetricLabels(pairs: pairs.map { Pair(name: $0.name, value: "other") }) }

    static func < (left: MetricLabels, right: MetricLabels) -> Bool {
        left.pairs.lexicographicallyPrecedes(right.pairs) { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// `{route="/tracks",status="200"}`, or nothing where there is none.
    func text(bucket: Double?) -> String {
        var texts = pairs.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        if let bucket { texts.append("le=\"\(PrometheusText.number(bucket))\"") }
        return texts.isEmpty ? "" : "{\(texts.joined(separator: ","))}"
    }

    /// A label's name has no colons, and `le` is the histograms' own.
    private static func validName(_ name: String) -> String {
        let valid = PrometheusText.validName(name, colons: false)
        return valid == "le" ? "label_le" : valid
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { [0x5C, 0x22, 0x0A].contains($0) }) else { return value }
        return value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n", "\r\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
