internal import Crypto
internal import Foundation
internal import Synchronization

/// Content on its way into the store: written to `tmp/` and hashed as it comes.
///
/// Finish or discard it; one that is dropped, or that fails, removes what it wrote. Calls block; made from several threads
/// at once they wait for each other.
package final class BlobWriter: Sendable {
    private struct State {
        var descriptor: Int32
        var hash = SHA256()
        var size = 0
    }

    private let store: BlobStore
    private let path: String
    /// Nil once finished, discarded or failed.
    private let state: Mutex<State?>

    /// Creates the temporary file.
    convenience init(store: BlobStore) throws(MediaError) {
        let path = store.temporaryPath()
        let descriptor = try FileSystem.open(path, O_WRONLY | O_CREAT | O_EXCL)
        self.init(store: store, path: path, descriptor: descriptor)
    }

    /// Takes over an open temporary file.
    init(store: BlobStore, path: String, descriptor: Int32) {
        self.store = store
        self.path = path
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { discard() }

    /// Bytes written so far.
    package var size: Int { state.withLock { $0?.size ?? 0 } }

    /// Writes and hashes more bytes.
    /// - Throws: `storageFull`, `tooLarge`, `io`; after any of them nothing is left on disk and the writer is closed.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        try whileOpen { (open: inout State) throws(MediaError) in
            try FileSystem.write(bytes, to: open.descriptor, path: path)
            open.hash.update(bufferPointer: bytes)
            open.size += bytes.count
        }
    }

    /// Makes the content durable and gives it its name; the same content may have been stored before.
    /// - Returns: the name and the size in bytes.
    /// - Throws: `storageFull`, `io`; after any of them nothing is left in `tmp/` and the writer is closed.
    package func finish() throws(MediaError) -> (blob: BlobID, size: Int) {
        try whileOpen(closing: true) { (open: inout State) throws(MediaError) in
            let blob = BlobID(digest: open.hash.finalize())
            try FileSystem.synchronise(open.descriptor, path: path)
            try store.install(path, as: store.path(of: blob), in: blob)
            return (blob: blob, size: open.size)
        }
    }

    /// Ends the writing and leaves the content where it is, without a name.
    /// - Throws: `io`; then nothing is left on disk.
    package func stage() throws(MediaError) -> StagedFile {
        try whileOpen(closing: true) { (open: inout State) throws(MediaError) in
            StagedFile(BlobID(digest: open.hash.finalize()), size: open.size, path: path, store: store)
        }
    }

    /// Removes what was written. Does nothing when the writer is finished or discarded already.
    package func discard() { state.withLock { abandon(&$0) } }

    /// Runs `body` on the open file; removes the file when that fails, closes it when asked to.
    private func whileOpen<Result>(
        closing: Bool = false, _ body: (inout State) throws(MediaError) -> Result
    ) throws(MediaError) -> Result {
        try state.withLock { state throws(MediaError) in
            guard var open = state.take() else {
                throw MediaError(code: .io, message: "This upload has ended already: start it again.")
            }
            do throws(MediaError) {
                let result = try body(&open)
                if closing { close(open.descriptor) } else { state = open }
                return result
            } catch {
                state = open
                abandon(&state)
                throw error
            }
        }
    }

    private func abandon(_ state: inout State?) {
        guard let open = state.take() else { return }
        close(open.descriptor)
        unlink(path)
    }
}
