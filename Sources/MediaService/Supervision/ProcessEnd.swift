internal import Foundation
internal import Synchronization

/// The end of a child process: known once, waited for by many.
final class ProcessEnd: Sendable {
    /// How it ended.
    enum Cause: Hashable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    private struct State {
        var cause: Cause?
        var waiters: [Int: CheckedContinuation<Cause?, Never>] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())

    /// Nil while it lives.
    var cause: Cause? { state.withLock { $0.cause } }

    /// Whether it has ended, though nobody may have taken note yet.
    func hasCome(to process: pid_t) -> Bool {
        state.withLock { state in
            if state.cause != nil { return true }
            var information = siginfo_t()
            return waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT | WNOHANG) == 0
                && information.si_signo == SIGCHLD
        }
    }

    /// Suspends until it has ended; nil when the task is cancelled before.
    func wait() async -> Cause? {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.cause != nil || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume(returning: cause) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.resume(returning: nil)
        }
    }

    /// Blocks the calling thread until the child has ended, and notes how.
    func collect(_ process: pid_t) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (cause, waiters) = state.withLock { state in
            // Its number may belong to another process from here on.
            var status: Int32 = 0
            waitpid(process, &status, 0)
            let cause = status & 0x7f == 0 ? Cause.exit((status >> 8) & 0xff) : .signal(status & 0x7f)
            state.cause = cause
            defer { state.waiters = [:] }
            return (cause, state.waiters)
        }
        for waiter in waiters.values { waiter.resume(returning: cause) }
    }

    /// Ends it at once, unless it has ended.
    func kill(_ process: pid_t) {
        state.withLock { state in
            if state.cause == nil { Foundation.kill(process, SIGKILL) }
        }
    }
}
