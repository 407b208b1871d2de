internal import Foundation

/// Content on disk, each piece stored once under the SHA-256 of its bytes.
///
/// | place | what |
/// |---|---|
/// | `blobs/ab/cd/<hex>` | content, complete and never changed |
/// | `blobs/ab/cd/<hex>.<kind>` | what was derived from it, made again when lost |
/// | `tmp/` | what is being written |
/// | `partial/` | uploads that go on later |
/// | `trash/` | content that was given up, for a while |
/// | `installation-id` | ties this directory to its database |
///
/// Files are for their owner alone (0600, directories 0700). A crash at any moment leaves at most a file in `tmp/`, which
/// `sweepTemporary` removes. **Every function blocks** on the disk: call them from a thread pool, not from an event loop or
/// the cooperative pool.
package final class BlobStore: Sendable {
    /// The directory that holds everything.
    package let directory: String

    /// Opens a store, making its directories where they are missing.
    /// - Throws: `io` when they cannot be made.
    package init(directory: String) throws(MediaError) {
        self.directory = directory
        for name in ["blobs", "tmp", "partial", "trash"] { try FileSystem.makeDirectory("\(directory)/\(name)") }
        try FileSystem.synchroniseDirectory(directory)
    }

    /// Starts to write content whose name is not known yet.
    /// - Throws: `io`, `storageFull`.
    package func writer() throws(MediaError) -> BlobWriter { try BlobWriter(store: self) }

    /// Where content is, or would be.
    package func path(of blob: BlobID) -> String { "\(shard(of: blob))/\(blob.rawValue)" }

    /// Whether content is stored.
    package func contains(_ blob: BlobID) throws(MediaError) -> Bool { try size(of: blob) != nil }

    /// Size of content in bytes; nil when it is not stored.
    package func size(of blob: BlobID) throws(MediaError) -> Int? { try FileSystem.status(path(of: blob))?.size }

    /// Opens content for reading; nil when it is not stored.
    /// - Throws: `io`.
    package func open(_ blob: BlobID) throws(MediaError) -> BlobFile? { try BlobFile(path: path(of: blob)) }

    /// Bytes that an unprivileged process may still write.
    package func freeBytes() throws(MediaError) -> Int { try FileSystem.freeBytes(directory) }

    /// The directory of content.
    func shard(of blob: BlobID) -> String {
        let name = blob.rawValue
        return "\(directory)/blobs/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))"
    }

    /// A path in `tmp/` that nobody else uses.
    func temporaryPath() -> String { "\(directory)/tmp/\(UUID().uuidString.lowercased())" }
}
