package import Foundation

/// Content that is not whole yet, by the id of its upload. It outlives the server; whoever knows the ids removes it.
extension BlobStore {
    /// Opens an upload's file, made where it is missing; nil while somebody else has it open.
    /// - Throws: `io`.
    package func openPartial(_ id: UUID) throws(MediaError) -> PartialFile? {
        let file = try PartialFile(path: partialPath(id))
        try FileSystem.synchroniseDirectory("\(directory)/partial")
        return file
    }

    /// Makes an upload's file content of the store; the file stays until it is removed.
    package func keep(_ file: PartialFile) throws(MediaError) -> BlobID { try file.link(into: self) }

    /// Removes an upload's file; false when there was none.
    @discardableResult
    package func removePartial(_ id: UUID) throws(MediaError) -> Bool { try FileSystem.remove(partialPath(id)) }

    /// Uploads whose files were not written to for that long.
    package func partials(olderThanSeconds age: Double) throws(MediaError) -> [UUID] {
        let limit = Date(timeIntervalSinceNow: -age)
        var found: [UUID] = []
        for name in try FileSystem.names(in: "\(directory)/partial") {
            guard let id = UUID(uuidString: name), let status = try FileSystem.status(partialPath(id)),
                status.modified <= limit
            else { continue }
            found.append(id)
        }
        return found
    }

    private func partialPath(_ id: UUID) -> String { "\(directory)/partial/\(id.uuidString.lowercased())" }
}
