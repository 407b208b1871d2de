import Foundation
package import Media
package import NIOCore
package import NIOPosix
import Synchronization

/// Reads stored content on a bounded thread pool, so that no event loop waits for the disk. What was read lately stays open.
package final class FileReader: Sendable {
    /// Most files kept open for later requests.
    private static let maximumOpenFiles = 256

    private struct Recent {
        var files: [BlobID: (file: BlobFile, lastUse: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let store: BlobStore
    private let threads: NIOThreadPool
    private let recent = Mutex(Recent())

    /// - Parameter threads: a running pool, for whatever waits for the disk.
    package init(store: BlobStore, threads: NIOThreadPool) {
        self.store = store
        self.threads = threads
    }

    /// Stored content, held open; nil when there is none.
    package func open(_ blob: BlobID) async throws -> BlobFile? {
        if let file = remembered(blob) { return file }
        let store = store
        let opened = try await threads.runIfActive { try store.open(blob) }
        if let opened { remember(opened, blob) }
        return opened
    }

    /// Reads at least one and up to `count` bytes at `offset`, which must lie in the file.
    /// - Throws: `io`, also for a file that is shorter than it was.
    package func read(
        _ file: BlobFile, offset: Int, count: Int, allocator: ByteBufferAllocator
    ) async throws -> ByteBuffer {
        try await threads.runIfActive {
            var buffer = allocator.buffer(capacity: count)
            var failure: MediaError?
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
                do throws(MediaError) {
                    return try file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<count]), at: offset)
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard buffer.readableBytes > 0 else {
                throw MediaError(code: .io, message: "A stored file is shorter than it was.")
            }
            return buffer
        }
    }

    private func remembered(_ blob: BlobID) -> BlobFile? {
        recent.withLock { recent in
            guard let file = recent.files[blob]?.file else { return nil }
            recent.clock += 1
            recent.files[blob]?.lastUse = recent.clock
            return file
        }
    }

    private func remember(_ file: BlobFile, _ blob: BlobID) {
        recent.withLock { recent in
            recent.clock += 1
            recent.files[blob] = (file, recent.clock)
            guard recent.files.count > Self.maximumOpenFiles else { return }
            // Rare and over few entries, so a search does: the one unused for longest goes.
            let oldest = recent.files.min { $0.value.lastUse < $1.value.lastUse }
            if let oldest { recent.files.removeValue(forKey: oldest.key) }
        }
    }
}
