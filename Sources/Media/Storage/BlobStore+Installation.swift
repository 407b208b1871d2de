package import Foundation

extension BlobStore {
    /// The id that ties this storage to its database; made on the first call, the same ever after, for every process.
    /// - Throws: `io`, `storageFull`; `unreadable` when the file holds no UUID.
    package func installationID() throws(MediaError) -> UUID {
        let path = "\(directory)/installation-id"
        if try FileSystem.status(path) == nil { try createInstallationID(at: path) }
        guard let data = FileManager.default.contents(atPath: path),
            let id = UUID(
                uuidString: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        else {
            throw MediaError(
                code: .unreadable, message: "\(path) holds no installation id: restore it from a backup.")
        }
        return id
    }

    /// Writes a new id, unless another process was first: a link, unlike a rename, never replaces a file.
    func createInstallationID(at path: String) throws(MediaError) {
        let temporary = temporaryPath()
        let descriptor = try FileSystem.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        let text = "\(UUID().uuidString.lowercased())\n"
        try FileSystem.write(Array(text.utf8), to: descriptor, path: temporary)
        try FileSystem.synchronise(descriptor, path: temporary)
        if link(temporary, path) != 0, errno != EEXIST { throw FileSystem.failure("create", path) }
        try FileSystem.synchroniseDirectory(directory)
    }
}
