/// The `Content-Disposition` of an answer (RFC 6266).
enum ContentDisposition {
    enum Kind: String {
        /// Shown in place.
        case inline
        /// Saved.
        case attachment
    }

    /// Shown in place, with a name for whoever saves it.
    static func inline(name: String, fileExtension: String) -> String {
        field(.inline, name: name, fileExtension: fileExtension)
    }

    /// With a name for whoever saves it: ASCII for old clients, UTF-8 for the others.
    static func field(_ kind: Kind, name: String, fileExtension: String) -> String {
        let safe = sanitised(name) + "." + fileExtension
        let ascii = String(
            String.UnicodeScalarView(safe.unicodeScalars.map { $0.isASCII && $0 != "\"" && $0 != "%" ? $0 : "_" }))
        return "\(kind.rawValue); filename=\"\(ascii)\"; filename*=UTF-8''\(percentEncoded(safe))"
    }

    /// Without what separates paths, steers terminals or hides an extension.
    static func sanitised(_ name: String) -> String {
        let scalars = name.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return "_"
            default: return "/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "_" : scalar
            }
        }
        let text = String(String.UnicodeScalarView(scalars.prefix(150)))
        let trimmed = text.drop { $0 == "." || $0.isWhitespace }
        return trimmed.isEmpty ? "track" : String(trimmed)
    }

    /// `attr-char` of RFC 8187 stays, everything else is escaped.
    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = String.UnicodeScalarView()
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain || "!#$&+-.^_`|~".unicodeScalars.contains(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(result)
    }
}
