/// Words of the Prometheus text format 0.0.4.
enum PrometheusText {
    /// A name with what it may not have replaced by underscores.
    static func validName(_ name: String, colons: Bool = true) -> String {
        func isValid(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": true
            case ":": colons
            default: false
            }
        }
        let scalars = name.unicodeScalars
        let startsWell = scalars.first.map { !("0"..."9").contains($0) } ?? false
        if startsWell, scalars.allSatisfy(isValid) { return name }
        let valid = String(String.UnicodeScalarView(scalars.map { isValid($0) ? $0 : "_" }))
        return startsWell ? valid : "_" + valid
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
