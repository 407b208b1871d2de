import Foundation
import PackagePlugin

/// Embeds a folder of the repository into a target as `embeddedFiles`.
@main
struct EmbedFilesPlugin: BuildToolPlugin {
    /// The folders of each target, relative to the package.
    private static let folders = [
        "Migrations": ["db/migrations"],
        "API": ["Sources/API/Player/Assets", "Sources/API/OpenAPI"],
    ]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        let files = (Self.folders[target.name] ?? []).flatMap { folder in
            Self.files(below: root.appending(path: folder))
        }.filter { $0.pathExtension != "swift" }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) files into \(target.name)",
                executable: try context.tool(named: "EmbedFiles").url,
                arguments: [output.path, root.path] + files.map(\.path),
                inputFiles: files, outputFiles: [output])
        ]
    }

    private static func files(below folder: URL) -> [URL] {
        let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return (paths?.compactMap { $0 as? URL } ?? [])
            .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
            .sorted { $0.path < $1.path }
    }
}
