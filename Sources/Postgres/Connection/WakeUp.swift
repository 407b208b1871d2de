import CLibPQ
import Glibc

/// Wakes a thread that waits in `poll` (eventfd(2)).
final class WakeUp: Sendable {
    let descriptor: Int32

    init() {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        precondition(descriptor >= 0, "eventfd: \(String(cString: strerror(errno)))")
    }

    deinit {
        close(descriptor)
    }

    /// Makes the descriptor readable; callable from any thread.
    func signal() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then the descriptor is readable already.
        _ = write(descriptor, &one, 8)
    }

    /// Makes the descriptor unreadable again.
    func reset() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
