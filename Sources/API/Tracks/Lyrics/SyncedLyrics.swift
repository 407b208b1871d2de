/// Lyrics with times, read from LRC text.
struct SyncedLyrics: Equatable {
    /// What is sung from a moment on; empty where nothing is.
    struct Line: Equatable, Codable, Sendable {
        /// Milliseconds from the start.
        let atMs: Int
        let text: String
    }

    /// More times of one line than any song has; bounds what a small text can grow to.
    private static let mostTimesOfLine = 20

    /// In order of time.
    let lines: [Line]

    /// Nil for a text without a single time. A line may have several times; `[offset:…]` in milliseconds moves all of
    /// them, a positive one to earlier; other tags, lines without a time and the times of single words are left out.
    init?(lrc text: String) {
        var lines: [Line] = []
        var offset = 0
        for line in text.split(whereSeparator: \.isNewline) {
            var rest = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            var times: [Int] = []
            while let (tag, after) = Self.tag(rest, from: "[", to: "]") {
                if let milliseconds = Self.milliseconds(tag) {
                    if times.count < Self.mostTimesOfLine { times.append(milliseconds) }
                } else if times.isEmpty {
                    offset = Self.offset(tag) ?? offset
                } else {
                    // Such as [Chorus], which belongs to the text.
                    break
                }
                rest = after
            }
            guard !times.isEmpty else { continue }
            let words = Self.withoutWordTimes(rest).trimmingWhitespace()
            lines += times.map { Line(atMs: $0, text: words) }
        }
        guard !lines.isEmpty else { return nil }
        // By place where times are equal: sorting alone does not promise that.
        self.lines = lines.map { Line(atMs: max(0, $0.atMs - offset), text: $0.text) }.enumerated()
            .sorted { ($0.element.atMs, $0.offset) < ($1.element.atMs, $1.offset) }.map(\.element)
    }

    private static func tag(
        _ text: Substring, from opening: Character, to closing: Character
    ) -> (tag: Substring, after: Substring)? {
        guard text.first == opening, let end = text.firstIndex(of: closing) else { return nil }
        return (text[text.index(after: text.startIndex)..<end], text[text.index(after: end)...])
    }

    /// `mm:ss`, `mm:ss.x`, `.xx` or `.xxx`; some write a colon for the point.
    private static func milliseconds(_ tag: Substring) -> Int? {
        let parts = tag.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
        guard 2...3 ~= parts.count, let minutes = number(parts[0], digits: 1...4),
            let seconds = number(parts[1], digits: 1...2), seconds < 60
        else { return nil }
        guard parts.count == 3 else { return (minutes * 60 + seconds) * 1_000 }
        guard let fraction = number(parts[2], digits: 1...3) else { return nil }
        return (minutes * 60 + seconds) * 1_000 + fraction * [100, 10, 1][parts[2].count - 1]
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        digits.contains(text.utf8.count) && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }

    private static func offset(_ tag: Substring) -> Int? {
        let parts = tag.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "offset" else { return nil }
        return Int(String(parts[1]).trimmingWhitespace()).flatMap { abs($0) <= 86_400_000 ? $0 : nil }
    }

    private static func withoutWordTimes(_ text: Substring) -> String {
        var words = ""
        var rest = text
        while let next = rest.firstIndex(of: "<") {
            words += rest[..<next]
            if let (tag, after) = tag(rest[next...], from: "<", to: ">"), milliseconds(tag) != nil {
                rest = after
            } else {
                words.append("<")
                rest = rest[rest.index(after: next)...]
            }
        }
        return words + rest
    }
}
