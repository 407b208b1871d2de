internal import Foundation
internal import Synchronization

/// Complete content in `tmp/` that has no place in the store yet: to be looked at, and then given one or not.
///
/// Whoever else has the same content has a file of their own, so that none is taken away from under another. The file goes
/// with the last reference; what was installed stays. Calls block.
package final class StagedFile: Sendable {
    /// The name of its content.
    package let blob: BlobID
    /// Size in bytes.
    package let size: Int

    private let store: BlobStore
    private let path: String

    init(_ blob: BlobID, size: Int, path: String, store: BlobStore) {
        self.blob = blob
        self.size = size
        self.path = path
        self.store = store
    }

    deinit { unlink(path) }

    /// Opens the content for reading; it stays readable when the file goes.
    /// - Throws: `io`.
    package func open() throws(MediaError) -> BlobFile {
        guard let file = try BlobFile(path: path) else {
            throw MediaError(code: .io, message: "An upload's file is gone: send it again.")
        }
        return file
    }

    /// Makes the content durable and gives it its place in the store; may be done again when that was taken back.
    /// - Throws: `storageFull`, `io`.
    package func install() throws(MediaError) {
        let descriptor = try FileSystem.open(path, O_RDONLY)
        defer { close(descriptor) }
        try FileSystem.synchronise(descriptor, path: path)
        let name = store.temporaryPath()
        guard link(path, name) == 0 else { throw FileSystem.failure("link", path) }
        // A rename over another name of the same file leaves both.
        defer { unlink(name) }
        try store.install(name, as: store.path(of: blob), in: blob)
    }
}
