import Platform

/// What counts as lyrics.
enum LyricsText {
    /// Longest, in bytes of UTF-8.
    static let maximumBytes = 100 << 10

    /// A client's lyrics with plain line ends; blank counts as taking them away.
    static func checked(_ change: Change<String>, _ faults: inout [String: String]) -> Change<String> {
        guard case .set(let typed) = change else { return change }
        let text = unified(typed)
        if text.isEmpty { return .clear }
        if text.utf8.count > maximumBytes { faults["lyrics"] = "At most \(maximumBytes) bytes." }
        if text.unicodeScalars.contains("\0") { faults["lyrics"] = "Must not contain NUL characters." }
        return .set(text)
    }

    /// The lyrics inside a file, cut where they are too long; nil when nothing is left.
    static func embedded(_ text: String?) -> String? {
        guard var text = text.map(unified) else { return nil }
        while text.utf8.count > maximumBytes { text = String(text.dropLast(max(1, text.count / 10))) }
        return text.isEmpty ? nil : text
    }

    private static func unified(_ text: String) -> String {
        text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").trimmingWhitespace()
    }
}
