import Media
import NIOCore
import Synchronization

/// Pieces of stored files that were read lately, shared by all who listen; bounded, and not flushed by one pass through
/// a long file.
package final class StoredChunks: Sendable {
    private struct Key: Hashable {
        let blob: BlobID
        let index: Int64
    }

    /// Bytes of every piece of a file but its last.
    static let chunkBytes: Int64 = 128 << 10

    private let cache: Mutex<SieveCache<Key, ByteBuffer>>
    /// Whether anything is held at all.
    let isEnabled: Bool

    /// - Parameter capacityBytes: most that is held; 0 for nothing.
    package init(capacityBytes: Int) {
        cache = Mutex(SieveCache(capacity: capacityBytes))
        isEnabled = capacityBytes >= Self.chunkBytes
    }

    /// The piece that holds a byte of a file of this size.
    static func chunk(at offset: Int64, size: Int64) -> Range<Int64> {
        let start = offset / chunkBytes * chunkBytes
        return start..<min(start + chunkBytes, size)
    }

    /// The bytes of a range, if all of them are held.
    func bytes(_ range: Range<Int64>, of blob: BlobID) -> [ByteBuffer]? {
        cache.withLock { cache in
            var bytes: [ByteBuffer] = []
            bytes.reserveCapacity(2)
            var offset = range.lowerBound
            while offset < range.upperBound {
                let index = offset / Self.chunkBytes
                guard let chunk = cache.value(Key(blob: blob, index: index)) else { return nil }
                let start = index * Self.chunkBytes
                let end = min(range.upperBound, start + Int64(chunk.readableBytes))
                guard end > offset,
                    let slice = chunk.getSlice(at: chunk.readerIndex + Int(offset - start), length: Int(end - offset))
                else { return nil }
                bytes.append(slice)
                offset = end
            }
            return bytes
        }
    }

    /// Holds a whole piece, which begins at `start`.
    func keep(_ chunk: ByteBuffer, at start: Int64, of blob: BlobID) {
        cache.withLock { cache in
            _ = cache.insert(
                chunk, for: Key(blob: blob, index: start / Self.chunkBytes), cost: chunk.storageCapacity)
        }
    }
}
