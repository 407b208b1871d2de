import Foundation

/// This node's share in a storage, held for as long as it lives. The kernel drops it with the process, however that ends,
/// so whoever finds no other share knows that whatever was being written is dead.
final class StorageShare: Sendable {
    private let descriptor: Int32
    /// No other process had a share when this one was taken; false where that cannot be told.
    let wasFirst: Bool

    init(directory: String) {
        descriptor = open("\(directory)/nodes.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            wasFirst = false
            return
        }
        wasFirst = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        // At once: an exclusive lock is held by nobody for longer than a start takes.
        _ = flock(descriptor, LOCK_SH)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
