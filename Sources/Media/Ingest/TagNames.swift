/// One spelling for what containers call differently.
enum TagNames {
    /// Keys in lower case with underscores; the first of several values of a key counts; encoder's own notes dropped.
    static func normalised(_ pairs: [(key: String, value: String)]) -> [String: String] {
        var tags: [String: String] = [:]
        for (key, value) in pairs {
            let name = canonical(key)
            let text = trimmed(value, longest: name == "lyrics" ? longestLyrics : longestValue)
            if tags[name] == nil, !ignored.contains(name), !text.isEmpty { tags[name] = text }
        }
        return tags
    }

    private static func canonical(_ key: String) -> String {
        let lower = String(key.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
        // Behind them stands the language: `lyrics_eng`.
        return lower.hasPrefix("lyrics_") ? "lyrics" : aliases[lower] ?? lower
    }

    /// Characters of a value that are kept.
    private static let longestValue = 16_384
    private static let longestLyrics = 102_400

    private static func trimmed(_ value: String, longest: Int) -> String {
        var scalars = value.unicodeScalars.drop(while: isBlank).prefix(longest)
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\0"
    }

    private static let aliases = [
        "albumartist": "album_artist", "tracknumber": "track", "discnumber": "disc", "year": "date", "tyer": "date",
        "tdrc": "date", "tbpm": "bpm", "tmpo": "bpm", "tempo": "bpm", "initialkey": "key", "initial_key": "key",
        "tkey": "key", "description": "comment", "unsyncedlyrics": "lyrics", "unsynced_lyrics": "lyrics",
        "syncedlyrics": "lyrics", "uslt": "lyrics", "organization": "publisher", "label": "publisher", "tsrc": "isrc",
    ]

    private static let ignored: Set<String> = [
        "encoder", "encoded_by", "major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id",
        "creation_time", "duration", "language", "encoder_settings", "metadata_block_picture", "coverart",
    ]
}
