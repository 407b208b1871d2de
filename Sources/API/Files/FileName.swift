/// The name of a file, as people see it.
struct FileName {
    /// Without the last dot and what follows.
    let stem: String
    /// Lower case, without its dot; nil where there is none.
    let fileExtension: String?

    init(_ name: String) {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex, name.index(after: dot) < name.endIndex else {
            stem = name
            fileExtension = nil
            return
        }
        stem = String(name[..<dot])
        fileExtension = name[name.index(after: dot)...].lowercased()
    }

    /// What is left for a path: ASCII letters, digits, `.`, `-` and `_`, at most 100 of them.
    static func stored(_ name: String) -> String {
        let scalars = name.unicodeScalars.suffix(100).map { scalar -> Unicode.Scalar in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || ".-_".unicodeScalars.contains(scalar) ? scalar : "_"
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
