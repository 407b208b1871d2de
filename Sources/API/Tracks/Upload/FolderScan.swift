import Foundation

/// The regular files below a folder, in order of their paths. Hidden ones are left out, links are followed, and each
/// folder is entered once, so that links in a circle do no harm. Blocks.
package struct FolderScan: Sendable {
    /// One file.
    package struct File: Sendable, Hashable {
        package let path: String
        /// Bytes.
        package let size: Int
    }

    package private(set) var files: [File] = []
    /// Folders that cannot be listed and links to nothing.
    package private(set) var unreadable: [String] = []
    /// Real paths, without links.
    private var entered: Set<String> = []

    /// Looks at everything below `root`; nil when that is no folder, or cannot be listed.
    package init?(_ root: String) {
        guard (try? FileManager.default.contentsOfDirectory(atPath: root)) != nil else { return nil }
        var waiting = [root]
        while let path = waiting.popLast() { waiting += enter(path) }
        files.sort { $0.path < $1.path }
        unreadable.sort()
    }

    /// Takes the files of one folder; gives the folders in it.
    private mutating func enter(_ folder: String) -> [String] {
        guard entered.insert(Self.realPath(folder)).inserted else { return [] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            unreadable.append(folder)
            return []
        }
        var folders: [String] = []
        for name in names where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: Self.realPath(path))
            switch attributes?[.type] as? FileAttributeType {
            case .typeDirectory: folders.append(path)
            case .typeRegular: files.append(File(path: path, size: attributes?[.size] as? Int ?? 0))
            // A link to nothing, or to itself.
            case nil, .typeSymbolicLink: unreadable.append(path)
            default: break
            }
        }
        return folders
    }

    private static func realPath(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
