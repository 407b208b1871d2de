internal import Crypto
internal import Foundation

extension BlobStore {
    /// Stores what a file elsewhere holds.
    /// - Parameter admit: told the size so far, before each piece is written; what it throws ends the copy.
    package func copy(_ path: String, admit: (Int) throws -> Void) throws -> (blob: BlobID, size: Int) {
        let writer = try writer()
        try FileSystem.forEachBlock(of: path) { bytes in
            try admit(writer.size + bytes.count)
            try writer.append(bytes)
        }
        return try writer.finish()
    }
}

extension BlobID {
    /// The name that a file's content has, or would have, in a store. Blocks.
    package init(contentsOf path: String) throws {
        var hash = SHA256()
        try FileSystem.forEachBlock(of: path) { bytes in hash.update(bufferPointer: bytes) }
        self.init(digest: hash.finalize())
    }
}

extension FileSystem {
    private static let blockBytes = 1 << 20

    /// Reads a file from its beginning to its end.
    fileprivate static func forEachBlock(of path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = try open(path, O_RDONLY)
        defer { close(descriptor) }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockBytes, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = read(descriptor, block.baseAddress, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
        }
    }
}
