import Foundation

/// The lock that keeps a data directory for one server.
///
/// The kernel drops it with the process, however that ends, so nothing stale can stay.
final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or says who has it.
    init(_ directory: String) throws {
        do {
            // Others may pass through to what they own inside: the private database runs under a user of its own.
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        } catch {
            throw Failure("The data directory \(directory) cannot be made: \(error.localizedDescription)")
        }
        let path = "\(directory)/talas.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure("The lock \(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
                Int($0.trimmingCharacters(in: .newlines))
            }
            throw Failure(
                "Another talas\(holder.map { " (process \($0))" } ?? "") uses the data directory \(directory): "
                    + "end it, or set DATA_DIR to another folder.")
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
