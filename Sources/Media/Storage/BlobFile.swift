internal import Foundation

/// Stored content, open for reading; closed when the last reference goes.
///
/// It stays readable when the content is removed or written again meanwhile.
package final class BlobFile: Sendable {
    /// The descriptor, owned by this object; read it with `pread` and never close it.
    package let descriptor: Int32
    /// Size in bytes.
    package let size: Int

    /// Opens a file; nil when there is none.
    init?(path: String) throws(MediaError) {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw FileSystem.failure("open", path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = FileSystem.failure("look at", path)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to the buffer's size at an offset; fewer bytes only at the end.
    /// - Throws: `io`.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(MediaError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw FileSystem.failure("read", "stored content")
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads up to `count` bytes at an offset; fewer only at the end.
    /// - Throws: `io`.
    package func read(_ count: Int, at offset: Int) throws(MediaError) -> [UInt8] {
        var failure: MediaError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, min(count, size - offset))) { buffer, filled in
            do throws(MediaError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
