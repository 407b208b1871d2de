internal import Foundation

/// A fault that tests put into a worker: `TALAS_WORKER_FAULT=KIND:BLOB` in its environment, which the supervisor alone sets.
struct WorkerFault: Sendable {
    enum Kind: String, Sendable {
        /// Ends as by a wild pointer.
        case crash
        /// Stands still.
        case hang
        /// Takes memory without end.
        case grow
        /// Takes processor time without end.
        case spin
    }

    static let variable = "TALAS_WORKER_FAULT"

    private let kind: Kind
    private let blob: String

    /// What the environment of this process asks for.
    static let ofThisProcess: WorkerFault? = {
        let parts = (ProcessInfo.processInfo.environment[variable] ?? "").split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
        return WorkerFault(kind: kind, blob: String(parts[1]))
    }()

    /// Happens when a task is about that source.
    func happen(to source: String) {
        guard source == blob else { return }
        switch kind {
        case .crash: abort()
        case .hang: raise(SIGSTOP)
        case .grow:
            while true { memset(UnsafeMutableRawPointer.allocate(byteCount: 1 << 24, alignment: 8), 1, 1 << 24) }
        case .spin: while true {}
        }
    }
}
