extension Settings {
    /// The variables as `talas serve --help` lists them, in lines of at most 100 columns or one word.
    package static var helpText: String {
        table.map { setting in
            var lines = ["  \(setting.key)\(setting.defaultText.isEmpty ? "" : " (default: \(setting.defaultText))")"]
            let sentences = "\(setting.help); \(setting.expected)".filter { $0 != "`" }
            lines += wrapped(sentences, columns: 92).map { "        " + $0 }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// The variables as a Markdown table.
    package static var documentation: String {
        let rows = table.map { setting in
            let defaultText = setting.defaultText.isEmpty ? "none" : "`\(setting.defaultText)`"
            return "| `\(setting.key)` | \(defaultText) | \(setting.help). \(capitalised(setting.expected)). |"
        }
        return (["| variable | default | meaning |", "| --- | --- | --- |"] + rows).joined(separator: "\n") + "\n"
    }

    private static func capitalised(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func wrapped(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= columns {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
