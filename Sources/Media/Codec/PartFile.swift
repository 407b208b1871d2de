internal import Glibc

/// A new file that several threads write into; it is written aside and gets its name by ``commit()``. One that is never
/// committed is removed with this object.
final class PartFile: Sendable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32

    init(path: String) throws(MediaError) {
        self.path = path
        temporaryPath = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 36)).part"
        descriptor = try FileSystem.open(temporaryPath, O_RDWR | O_CREAT | O_EXCL, mode: 0o644)
    }

    deinit {
        close(descriptor)
        // It has another name by now when it was committed.
        unlink(temporaryPath)
    }

    /// Writes bytes at a place.
    func write(_ bytes: [UInt8], at offset: Int64) throws(MediaError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileSystem.failure("write", path)
            }
            done += count
        }
    }

    /// Makes everything written durable and gives it its name, in place of what had it.
    func commit() throws(MediaError) {
        try FileSystem.synchronise(descriptor, path: path)
        try FileSystem.rename(temporaryPath, path)
    }
}
