import Platform
import Testing

/// Documents that are made from the program say what the program says.
@Suite struct DocumentationTests {
    @Test func operatingListsEverySettingAsTheTableDoes() throws {
        let document = try Repository.text(of: "docs/operating.md")
        #expect(
            document.contains(Settings.documentation), "paste this into docs/operating.md:\n\(Settings.documentation)")
    }

    @Test func readmeNamesTheCommands() throws {
        let readme = try Repository.text(of: "README.md")
        for command in ["scripts/run", "scripts/test", "docs/operating.md", "docs/architecture.md"] {
            #expect(readme.contains(command))
        }
    }
}
