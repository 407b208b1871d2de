internal import Logging
internal import Media
internal import Synchronization

/// Worker processes of one purpose. Each is leased for one task at a time; whoever finds none free waits in line. One that
/// ends is replaced, later each time if they keep ending.
final class WorkerLane: Sendable {
    fileprivate struct State {
        var idle: [WorkerProcess] = []
        var all: [ObjectIdentifier: WorkerProcess] = [:]
        /// Those that live and those that are being started.
        var count = 0
        var starting = 0
        var waiters: [(number: Int, continuation: CheckedContinuation<WorkerProcess, any Error>)] = []
        var lastNumber = 0
        /// Ends and failed starts since a task last went well.
        var losses = 0
        var isClosed = false
    }

    private static let longestPause = Duration.seconds(5)

    private let policy: WorkerPolicy
    private let keepsReady: Bool
    private let logger: Logger
    private let onRestart: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - keepsReady: one is there before it is asked for, and replaced though nobody waits.
    ///   - onRestart: called when one has ended that was not meant to.
    init(_ policy: WorkerPolicy, keepsReady: Bool, logger: Logger, onRestart: @escaping @Sendable () -> Void) {
        self.policy = policy
        self.keepsReady = keepsReady
        self.logger = logger
        self.onRestart = onRestart
    }

    /// Processes that live.
    var processes: [WorkerProcess] { state.withLock { Array($0.all.values) } }

    /// Processes that have a task.
    var leasedCount: Int { state.withLock { $0.leasedCount } }

    /// A worker for one task; give it back afterwards, or end it. One that knows the source comes first.
    /// - Throws: `CancellationError`; `.interrupted` when none can be started, or the node stops.
    func lease(for blob: BlobID?) async throws -> WorkerProcess {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<WorkerProcess, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(Self.closed) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let worker = state.takeIdle(for: blob) { return .success(worker) }
                    state.waiters.append((number, continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) } else { startIfNeeded() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Takes a worker back whose task went well, or failed as tasks may.
    func giveBack(_ worker: WorkerProcess) {
        state.withLock { $0.losses = 0 }
        if worker.taskCount >= policy.tasksPerWorker { worker.dismiss() } else { offer(worker) }
    }

    /// Starts the one that is kept ready.
    func prepare() { startIfNeeded() }

    /// Ends all workers and lets nobody wait any more.
    func close() {
        let (waiters, all) = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return (state.waiters, Array(state.all.values))
        }
        for worker in all { worker.dismiss() }
        for waiter in waiters { waiter.continuation.resume(throwing: Self.closed) }
    }

    private static let closed = MediaError(code: .interrupted, message: "The server is shutting down: try again later.")

    private func offer(_ worker: WorkerProcess) {
        let waiter = state.withLock { state -> CheckedContinuation<WorkerProcess, any Error>? in
            guard state.all[ObjectIdentifier(worker)] != nil, !worker.hasEnded else { return nil }
            guard !state.waiters.isEmpty else {
                state.idle.append(worker)
                return nil
            }
            return state.waiters.removeFirst().continuation
        }
        waiter?.resume(returning: worker)
    }

    /// Begins to start one more, where there is somebody who waits for it or it is to be kept ready.
    private func startIfNeeded() {
        let pause: Duration? = state.withLock { state in
            let wanted = min(policy.workers, max(keepsReady ? 1 : 0, state.leasedCount + state.waiters.count))
            guard !state.isClosed, state.count < wanted else { return nil }
            state.count += 1
            state.starting += 1
            return state.losses < 2
                ? .zero : min(Self.longestPause, .milliseconds(50) * (1 << min(state.losses, 10)))
        }
        guard let pause else { return }
        // Outlives whoever asked: a worker serves all.
        Task {
            try? await Task.sleep(for: pause)
            await startOne()
        }
    }

    private func startOne() async {
        do {
            let worker = try await WorkerProcess.start(policy.program) { [weak self] worker in self?.ended(worker) }
            let isClosed = state.withLock { state in
                state.starting -= 1
                // It may have ended already.
                if worker.end.cause == nil { state.all[ObjectIdentifier(worker)] = worker }
                return state.isClosed
            }
            if isClosed { worker.dismiss() } else { offer(worker) }
            // One that has ended already was still counted as starting when that was noted, so that nobody replaced it.
            startIfNeeded()
        } catch {
            logger.error("A media worker could not be started", metadata: ["error": "\(error)"])
            let waiter = state.withLock { state in
                state.count -= 1
                state.starting -= 1
                state.losses += 1
                return state.waiters.isEmpty ? nil : state.waiters.removeFirst()
            }
            waiter?.continuation.resume(throwing: error)
            startIfNeeded()
        }
    }

    private func ended(_ worker: WorkerProcess) {
        let isLoss = state.withLock { state in
            state.all[ObjectIdentifier(worker)] = nil
            state.idle.removeAll { $0 === worker }
            state.count -= 1
            let isLoss = !worker.isDismissed
            if isLoss { state.losses += 1 }
            return isLoss
        }
        if isLoss {
            let cause = worker.end.cause.map { "\($0)" } ?? "unknown"
            logger.warning(
                "A media worker ended", metadata: ["process": "\(worker.processIdentifier)", "cause": "\(cause)"])
            onRestart()
        }
        startIfNeeded()
    }
}

extension WorkerLane.State {
    fileprivate var leasedCount: Int { count - idle.count - starting }

    /// A living worker that nobody has, rather one that has the source.
    fileprivate mutating func takeIdle(for blob: BlobID?) -> WorkerProcess? {
        idle.removeAll { $0.hasEnded }
        guard !idle.isEmpty else { return nil }
        let place = blob.flatMap { blob in idle.lastIndex { $0.knows(blob) } } ?? idle.count - 1
        return idle.remove(at: place)
    }
}
