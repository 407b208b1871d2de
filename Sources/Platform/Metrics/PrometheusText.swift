/// Words of the Prometheus text format 0.0.4.
enum PrometheusText {
    /// A name with what it may not have replaced by underscores.
    static func validName(_ name: String, colons: Bool = true) -> String {
        let valid = name.unicodeScalars.map { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
            case ":" where colons: Character(scalar)
            default: Character("_")
            }
        }
        return valid.first.map { $0.isNumber } ?? true ? "_" + String(valid) : String(valid)
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int(exactly: value).map(String.init) ?? value.description
    }

    /// One line of text.
    static func help(_ text: String) -> String {
        text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }
}
