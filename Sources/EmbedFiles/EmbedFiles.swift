import Foundation

/// Writes the files named on the command line as one Swift array: `EmbedFiles OUT.swift ROOT FILE…`.
///
/// The output declares `let embeddedFiles: [(name: String, bytes: StaticString…)]`; names are relative to ROOT.
@main
struct EmbedFiles {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count >= 2, let output = arguments.first, let root = arguments.dropFirst().first else {
            FileHandle.standardError.write(Data("usage: EmbedFiles OUT.swift ROOT FILE…\n".utf8))
            exit(2)
        }
        let rootURL = URL(fileURLWithPath: root).standardizedFileURL
        let entries = try arguments.dropFirst(2).sorted().map { path in
            let url = URL(fileURLWithPath: path).standardizedFileURL
            let name = String(url.path.dropFirst(rootURL.path.count + 1))
            let base64 = try Data(contentsOf: url).base64EncodedString()
            return "    (name: \"\(name)\", base64: \"\(base64)\"),"
        }
        let source = """
            /// Files carried in the binary: path below the embedded folder, and content in Base64.
            let embeddedFiles: [(name: String, base64: String)] = [
            \(entries.joined(separator: "\n"))
            ]

            """
        try source.write(toFile: output, atomically: true, encoding: .utf8)
    }
}
