import Glibc

/// A lock on a file (flock(2)), which the kernel takes back when the process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Opens the file, making it if need be; not locked yet.
    init(_ path: String) throws(ClusterError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ClusterError("The lock \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock if it is free.
    func tryExclusive() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// Takes the lock together with others that do so, if nobody has it alone.
    func tryShared() -> Bool { flock(descriptor, LOCK_SH | LOCK_NB) == 0 }

    func unlock() { flock(descriptor, LOCK_UN) }
}
