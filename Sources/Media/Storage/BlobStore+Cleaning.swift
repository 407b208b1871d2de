package import Foundation

extension BlobStore {
    /// Removes content and what was derived from it; false when it was not stored.
    @discardableResult
    package func remove(_ blob: BlobID) throws(MediaError) -> Bool {
        // In this order, so that `writeDerived` at the same moment leaves nothing behind.
        let isRemoved = try FileSystem.remove(path(of: blob))
        for kind in DerivedKind.allCases { try removeDerived(kind, of: blob) }
        return isRemoved
    }

    /// Moves content to `trash/`, and removes what was derived from it; false when it was not stored.
    @discardableResult
    package func moveToTrash(_ blob: BlobID) throws(MediaError) -> Bool {
        let path = path(of: blob)
        guard try FileSystem.status(path) != nil else { return false }
        // Its age in the trash counts from now.
        utimes(path, nil)
        try FileSystem.rename(path, trashPath(of: blob))
        for kind in DerivedKind.allCases { try removeDerived(kind, of: blob) }
        return true
    }

    /// Moves content back from `trash/`; false when it is not there.
    @discardableResult
    package func restoreFromTrash(_ blob: BlobID) throws(MediaError) -> Bool {
        guard try FileSystem.status(trashPath(of: blob)) != nil else { return false }
        try install(trashPath(of: blob), as: path(of: blob), in: blob)
        return true
    }

    /// Removes for good what has been in `trash/` for that long.
    /// - Returns: how many files went.
    @discardableResult
    package func emptyTrash(olderThanSeconds age: Double) throws(MediaError) -> Int {
        try sweep("\(directory)/trash", olderThanSeconds: age)
    }

    /// Removes what was left in `tmp/` by processes that died; uploads still running keep their files young.
    /// - Returns: how many files went.
    @discardableResult
    package func sweepTemporary(olderThanSeconds age: Double) throws(MediaError) -> Int {
        try sweep("\(directory)/tmp", olderThanSeconds: age)
    }

    /// Calls `body` with all content stored, shard by shard, so that memory stays bounded however much there is.
    package func forEachBlob(
        _ body: (_ blob: BlobID, _ size: Int, _ modified: Date) throws(MediaError) -> Void
    ) throws(MediaError) {
        let root = "\(directory)/blobs"
        for first in try FileSystem.names(in: root).sorted() {
            for second in try FileSystem.names(in: "\(root)/\(first)").sorted() {
                for name in try FileSystem.names(in: "\(root)/\(first)/\(second)").sorted() {
                    guard let blob = BlobID(rawValue: name), let status = try FileSystem.status(path(of: blob))
                    else { continue }
                    try body(blob, status.size, status.modified)
                }
            }
        }
    }

    private func trashPath(of blob: BlobID) -> String { "\(directory)/trash/\(blob.rawValue)" }

    private func sweep(_ path: String, olderThanSeconds age: Double) throws(MediaError) -> Int {
        let limit = Date(timeIntervalSinceNow: -age)
        var count = 0
        for name in try FileSystem.names(in: path) {
            guard let status = try FileSystem.status("\(path)/\(name)"), status.modified <= limit else { continue }
            if try FileSystem.remove("\(path)/\(name)") { count += 1 }
        }
        return count
    }
}
