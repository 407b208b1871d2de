internal import CWorker
internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Media

extension WorkerProcess {
    /// How long a process may take until it answers.
    private static let startDeadline = Duration.seconds(60)

    /// Starts a worker and waits until it answers.
    /// - Parameter onEnd: called once it has ended, however that came about; not when the start failed.
    static func start(
        _ program: WorkerPolicy.Program, onEnd: @escaping @Sendable (WorkerProcess) -> Void
    ) async throws -> WorkerProcess {
        let sockets = try WorkerSockets()
        let end = ProcessEnd()
        let process = try await spawn(program, sockets, end)
        let worker: WorkerProcess
        do { worker = try WorkerProcess(process, sockets, end) } catch {
            end.kill(process)
            throw error
        }
        // They outlive the start: they are there for the worker's end.
        Task {
            _ = await end.wait()
            worker.disconnect()
        }
        do {
            let overdue = Task {
                try await Task.sleep(for: startDeadline)
                worker.kill()
            }
            defer { overdue.cancel() }
            _ = try await worker.whileAlive { try await worker.connection.sandbox() }
        } catch {
            worker.kill()
            throw MediaError(code: .interrupted, message: "A media worker did not start: \(error)")
        }
        sockets.removeName()
        Task {
            _ = await end.wait()
            onEnd(worker)
        }
        return worker
    }

    /// The kernel ends a worker with the thread that started it; so each has one that lives as long as it does.
    private static func spawn(
        _ program: WorkerPolicy.Program, _ sockets: WorkerSockets, _ end: ProcessEnd
    ) async throws -> pid_t {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var process: pid_t = 0
                let failure = spawnNow(program, sockets, &process)
                sockets.closeHandedOver()
                guard failure == 0 else {
                    let reason = String(cString: strerror(failure))
                    return continuation.resume(
                        throwing: MediaError(
                            code: .io, message: "\(program.executable) cannot be run as a worker: \(reason)."))
                }
                continuation.resume(returning: process)
                end.collect(process)
            }
        }
    }

    private static func spawnNow(
        _ program: WorkerPolicy.Program, _ sockets: WorkerSockets, _ process: inout pid_t
    ) -> Int32 {
        var line = ["talas", "media-worker", "--parent", "\(getpid())", "--memory", "\(program.memoryBytes)"]
        if let features = program.processorFeatures { line.append("--cpu-flags=\(features.text)") }
        // Threads that each kept a heap of their own would use up the address space; a crash is the supervisor's to tell.
        var environment = ["MALLOC_ARENA_MAX": "2", "SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C.UTF-8"]
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        environment.merge(program.environment) { _, new in new }
        let arguments: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        return talas_spawn(
            program.executable, arguments, variables, sockets.listener, sockets.workersEnd, &process)
    }
}
