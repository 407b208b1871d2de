import Testing

@testable import Platform

struct SettingsDocumentationTests {
    @Test func everyVariableIsInTheTable() {
        let lines = Settings.documentation.split(separator: "\n")
        #expect(lines.count == Settings.table.count + 2)
        for (line, setting) in zip(lines.dropFirst(2), Settings.table) {
            #expect(line.hasPrefix("| `\(setting.key)` | ") && line.contains(setting.help))
            // A bar within would begin another column.
            #expect(line.split(separator: "|").count == 3, "\(line)")
        }
    }

    @Test func everyVariableIsInTheHelp() {
        for setting in Settings.table {
            #expect(Settings.helpText.contains("  \(setting.key)"))
        }
        #expect(Settings.helpText.contains("PORT (default: 8080)"))
        #expect(Settings.helpText.contains("MAX_TRACK_SIZE (default: 2GiB)"))
        #expect(Settings.helpText.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.hasPrefix("  CORS_") })
    }

    @Test func keysAreUnique() {
        #expect(Set(Settings.table.map(\.key)).count == Settings.table.count)
    }
}
