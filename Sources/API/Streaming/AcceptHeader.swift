/// What media types a client takes, and how gladly (RFC 9110, section 12.5.1).
struct AcceptHeader {
    private struct Entry {
        let type: Substring
        let subtype: Substring
        let quality: Double
    }

    /// Other names that clients have for the types Talas sends.
    private static let synonyms: [String: String] = [
        "audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg", "audio/x-mpeg": "audio/mpeg",
        "audio/x-wav": "audio/wav",
        "audio/wave": "audio/wav", "audio/vnd.wave": "audio/wav", "audio/opus": "audio/ogg",
        "audio/x-flac": "audio/flac",
        "application/ogg": "audio/ogg", "audio/m4a": "audio/mp4", "audio/x-m4a": "audio/mp4",
        "audio/x-aac": "audio/aac",
    ]

    private let entries: [Entry]

    /// Without a header, or with one that says nothing, everything is taken.
    init(_ text: String?) {
        let parts = (text ?? "").lowercased().split(separator: ",").prefix(100)
        let entries = parts.compactMap { part -> Entry? in
            let fields = part.split(separator: ";").map(Self.trimmed)
            guard let name = fields.first, !name.isEmpty else { return nil }
            let known = Self.synonyms[String(name)] ?? String(name)
            let names = known.split(separator: "/", maxSplits: 1)
            guard names.count == 2 else { return nil }
            let quality = fields.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return Entry(type: names[0], subtype: names[1], quality: min(max(quality, 0), 1))
        }
        self.entries = entries.isEmpty ? [Entry(type: "*", subtype: "*", quality: 1)] : entries
    }

    /// From 0 (not at all) to 1: what the entry says that names the type most closely.
    func quality(of mediaType: String) -> Double {
        let name = mediaType.split(separator: ";").first.map(Self.trimmed) ?? ""
        let type = name.prefix { $0 != "/" }
        let subtype = name.dropFirst(type.count + 1)
        let close = entries.last { $0.type == type && $0.subtype == subtype }
        let family = entries.last { $0.type == type && $0.subtype == "*" }
        let any = entries.last { $0.type == "*" && $0.subtype == "*" }
        return (close ?? family ?? any)?.quality ?? 0
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
