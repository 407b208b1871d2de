internal import Crypto
internal import Foundation
internal import Synchronization

/// Content that arrives in several pieces, with any time in between: a file in `partial/`, open and locked.
///
/// Only one holder at a time, on this machine or on another with the same storage; the kernel drops the lock with the
/// process, however that ends. What is written in one go from the beginning is hashed on the way, the rest by ``hashMore``.
/// Calls block; made from several threads at once they wait for each other.
package final class PartialFile: Sendable {
    private struct State {
        /// Bytes that count: what lies behind them in the file is cut off.
        var size: Int
        var hash = SHA256()
        /// Bytes from the beginning that `hash` has seen.
        var hashed = 0
    }

    /// Bytes that ``hashMore`` reads at a time.
    private static let blockBytes = 1 << 20

    private let path: String
    private let descriptor: Int32
    private let state: Mutex<State>

    /// Opens the file, made where it is missing; nil while somebody else holds it.
    /// - Throws: `io`.
    init?(path: String) throws(MediaError) {
        let descriptor = try FileSystem.open(path, O_RDWR | O_CREAT)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.path = path
        self.descriptor = descriptor
        state = Mutex(State(size: Int(max(0, lseek(descriptor, 0, SEEK_END)))))
    }

    deinit {
        release()
        close(descriptor)
    }

    /// Lets somebody else open it; nothing may be written afterwards. Closing alone would not do it while a process that was
    /// forked a moment ago has not begun its program yet.
    package func release() { _ = flock(descriptor, LOCK_UN) }

    /// Writes more bytes at the end.
    /// - Throws: `storageFull`, `io`; then ``truncate`` before anything else is written.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        try state.withLock { state throws(MediaError) in
            try FileSystem.write(bytes, to: descriptor, path: path)
            if state.hashed == state.size {
                state.hash.update(bufferPointer: bytes)
                state.hashed += bytes.count
            }
            state.size += bytes.count
        }
    }

    /// Waits until all bytes are on the medium; gives their number.
    package func synchronise() throws(MediaError) -> Int {
        try state.withLock { state throws(MediaError) in
            try FileSystem.synchronise(descriptor, path: path)
            return state.size
        }
    }

    /// Goes back to the first `size` bytes; what lies behind them is gone.
    /// - Throws: `io`, also when there are fewer.
    package func truncate(to size: Int) throws(MediaError) {
        try state.withLock { state throws(MediaError) in
            guard state.size >= size else {
                throw MediaError(
                    code: .io, message: "Only \(state.size) of \(size) bytes of an upload are left in \(path).")
            }
            while ftruncate(descriptor, off_t(size)) != 0 {
                if errno != EINTR { throw FileSystem.failure("shorten", path) }
            }
            guard lseek(descriptor, off_t(size), SEEK_SET) >= 0 else { throw FileSystem.failure("write", path) }
            state.size = size
            guard state.hashed > size else { return }
            state.hash = SHA256()
            state.hashed = 0
        }
    }

    /// Hashes up to `count` bytes that were not hashed when they came; false when there are none left.
    package func hashMore(_ count: Int) throws(MediaError) -> Bool {
        try state.withLock { state throws(MediaError) in
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockBytes, alignment: 16)
            defer { block.deallocate() }
            let end = min(state.size, state.hashed + count)
            while state.hashed < end {
                let read = pread(
                    descriptor, block.baseAddress, min(block.count, end - state.hashed), off_t(state.hashed))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw FileSystem.failure("read", path) }
                state.hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: block[..<read]))
                state.hashed += read
            }
            return state.hashed < state.size
        }
    }

    /// Gives the whole content its place in the store, and leaves the partial file as well, for whoever has to do it again.
    /// - Precondition: ``hashMore`` has said that nothing is left.
    func link(into store: BlobStore) throws(MediaError) -> BlobID {
        try state.withLock { state throws(MediaError) in
            precondition(state.hashed == state.size, "content is named by all of its bytes")
            let blob = BlobID(digest: state.hash.finalize())
            try FileSystem.synchronise(descriptor, path: path)
            let temporary = store.temporaryPath()
            guard Foundation.link(path, temporary) == 0 else { throw FileSystem.failure("link", path) }
            // A rename over another name of the same file leaves both.
            defer { unlink(temporary) }
            try store.install(temporary, as: store.path(of: blob), in: blob)
            return blob
        }
    }
}
