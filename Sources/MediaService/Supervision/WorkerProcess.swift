internal import CWorker
internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Media
internal import Synchronization

/// A running worker, and the connection to it. Whoever leases it has it alone.
final class WorkerProcess: Sendable {
    private struct State {
        var lastDescriptor: UInt64 = 0
        var knownSources: Set<BlobID> = []
        var taskCount = 0
        var isDismissed = false
    }

    let processIdentifier: pid_t
    let end: ProcessEnd
    let connection: MediaConnection
    private let sockets: WorkerSockets
    private let client: GRPCClient<HTTP2ClientTransport.Posix>
    private let connecting: Task<Void, Never>
    private let state = Mutex(State())

    init(_ process: pid_t, _ sockets: WorkerSockets, _ end: ProcessEnd) throws {
        processIdentifier = process
        self.sockets = sockets
        self.end = end
        let client = GRPCClient(
            transport: try HTTP2ClientTransport.Posix(
                target: .unixDomainSocket(path: sockets.path, authority: "worker"), transportSecurity: .plaintext,
                config: .defaults { config in
                    config.connection.maxIdleTime = nil
                    config.http2.targetWindowSize = MediaConnection.windowBytes
                }))
        self.client = client
        connection = MediaConnection(client)
        // Lives as long as the connection; ended by `disconnect`.
        connecting = Task { try? await client.runConnections() }
    }

    /// Whether it can do nothing any more.
    var hasEnded: Bool { end.hasCome(to: processIdentifier) }
    /// Whether the server ended it though nothing was wrong with it.
    var isDismissed: Bool { state.withLock { $0.isDismissed } }
    /// Tasks begun.
    var taskCount: Int { state.withLock { $0.taskCount } }

    func countTask() { state.withLock { $0.taskCount += 1 } }

    func knows(_ blob: BlobID) -> Bool { state.withLock { $0.knownSources.contains(blob) } }

    /// Notes whether the worker has a source of its own accord.
    func note(_ blob: BlobID, isKnown: Bool) {
        state.withLock { state in
            if isKnown { state.knownSources.insert(blob) } else { state.knownSources.remove(blob) }
        }
    }

    /// Hands an open file over; gives the number by which a call names it.
    /// - Throws: as a lost connection does.
    func hand(_ file: BlobFile) throws(RPCError) -> UInt64 {
        let number = state.withLock { state in
            state.lastDescriptor += 1
            return state.lastDescriptor
        }
        let failure = talas_send_descriptor(sockets.channel, number, file.descriptor)
        guard failure == 0 else {
            throw RPCError(code: .unavailable, message: "A worker takes no file: \(String(cString: strerror(failure)))")
        }
        return number
    }

    /// Ends it though nothing is wrong with it.
    func dismiss() {
        state.withLock { $0.isDismissed = true }
        kill()
    }

    func kill() { end.kill(processIdentifier) }

    /// Lets go of the connection of one that has ended.
    func disconnect() { connecting.cancel() }

    /// Does something with it, unless it ends before that is done: a call that still waits for its connection would not
    /// hear of that and wait for ever.
    /// - Throws: what `body` throws, or as a lost connection does.
    func whileAlive<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask { [end] in
                guard await end.wait() != nil else { throw CancellationError() }
                throw RPCError(code: .unavailable, message: "The worker has ended.")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
