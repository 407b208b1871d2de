internal import Crypto
internal import Foundation

/// Files derived from content. Each begins with the 32 bytes of the SHA-256 of the rest.
extension BlobStore {
    private static let digestSize = SHA256.byteCount

    /// Stores what was derived, in place of what there was. Nothing is kept when the content has been removed meanwhile.
    /// - Throws: `storageFull`, `io`; then what there was is still there.
    package func writeDerived(_ bytes: [UInt8], _ kind: DerivedKind, of blob: BlobID) throws(MediaError) {
        let temporary = temporaryPath()
        let descriptor = try FileSystem.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(descriptor) }
        do {
            try FileSystem.write(Array(SHA256.hash(data: bytes)), to: descriptor, path: temporary)
            try FileSystem.write(bytes, to: descriptor, path: temporary)
            try FileSystem.synchronise(descriptor, path: temporary)
            try install(temporary, as: path(of: kind, blob), in: blob)
        } catch {
            unlink(temporary)
            throw error
        }
        if try !contains(blob) { try removeDerived(kind, of: blob) }
    }

    /// Reads what was derived; nil when there is none, or when it is damaged: then it has to be derived again.
    /// - Throws: `io`.
    package func readDerived(_ kind: DerivedKind, of blob: BlobID) throws(MediaError) -> [UInt8]? {
        guard let file = try BlobFile(path: path(of: kind, blob)), file.size >= Self.digestSize else { return nil }
        let stored = try file.read(file.size, at: 0)
        let bytes = Array(stored.dropFirst(Self.digestSize))
        return SHA256.hash(data: bytes).elementsEqual(stored.prefix(Self.digestSize)) ? bytes : nil
    }

    /// Removes what was derived; false when there was none.
    @discardableResult
    package func removeDerived(_ kind: DerivedKind, of blob: BlobID) throws(MediaError) -> Bool {
        try FileSystem.remove(path(of: kind, blob))
    }

    func path(of kind: DerivedKind, _ blob: BlobID) -> String { "\(path(of: blob)).\(kind.rawValue)" }
}
