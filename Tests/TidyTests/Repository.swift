import Foundation

/// The repository these tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// One file of it.
    struct File: Sendable, CustomStringConvertible {
        /// Below the root: `Sources/API/Tracks/Track.swift`.
        let path: String
        let lines: [Substring]

        var description: String { path }
        /// The names of the folders and of the file.
        var components: [Substring] { path.split(separator: "/") }
        /// The folder below `Sources` or `Tests`: the target it belongs to.
        var target: String { components.count > 2 ? String(components[1]) : "" }
    }

    /// Every file below a folder whose name ends in one of the extensions, in order of path, but what a program wrote.
    static func files(below folder: String, extensions: Set<String> = ["swift"]) throws -> [File] {
        let base = root.appending(path: folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path)
        return try paths.sorted().filter {
            extensions.contains(URL(filePath: $0).pathExtension) && !$0.contains("/Generated/")
        }.map { path in
            let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
            return File(path: "\(folder)/\(path)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    /// The text of one file.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
