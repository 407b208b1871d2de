import Platform
import Synchronization

/// Who has how many sockets on this node, and which.
final class SocketRegister: Sendable {
    enum Admission: Hashable {
        case admitted
        /// The node has as many as it takes.
        case full
        /// The account has.
        case tooManyOfAccount
    }

    private struct State {
        /// Open ones and handshakes that were let through.
        var count = 0
        var counts: [Int: Int] = [:]
        var sockets: [Int: [OpenSocket]] = [:]
        var isClosed = false
        var whenEmpty: AsyncStream<Void>.Continuation?
    }

    private let policy: SocketPolicy
    private let state = Mutex(State())

    init(_ policy: SocketPolicy) { self.policy = policy }

    /// Open sockets, and those about to be.
    var count: Int { state.withLock { $0.count } }

    /// No more are let in: the node is shutting down.
    func close() { state.withLock { $0.isClosed = true } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Ends when there is none left, or with the task.
    func empty() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            state.whenEmpty = continuation
            if state.count == 0 { continuation.finish() }
        }
        for await _ in stream {}
    }

    /// Takes a place for a socket of this account; to be given back by ``leave(_:)``.
    func admit(_ userID: Int) -> Admission {
        state.withLock { state in
            guard state.count < policy.maximumSockets, !state.isClosed else { return .full }
            let own = state.counts[userID, default: 0]
            guard own < policy.maximumSocketsOfOneAccount else { return .tooManyOfAccount }
            state.count += 1
            state.counts[userID] = own + 1
            return .admitted
        }
    }

    func leave(_ userID: Int) {
        state.withLock { state in
            state.count -= 1
            let own = state.counts[userID, default: 1] - 1
            state.counts[userID] = own > 0 ? own : nil
            if state.count == 0 { state.whenEmpty?.finish() }
        }
    }

    func add(_ socket: OpenSocket) {
        state.withLock { $0.sockets[socket.userID, default: []].append(socket) }
    }

    func remove(_ socket: OpenSocket) {
        state.withLock { state in
            state.sockets[socket.userID]?.removeAll { $0 === socket }
            if state.sockets[socket.userID]?.isEmpty == true { state.sockets[socket.userID] = nil }
        }
    }

    func isConnected(_ userID: Int) -> Bool { state.withLock { $0.sockets[userID] != nil } }

    func sockets(of userID: Int) -> [OpenSocket] { state.withLock { $0.sockets[userID] ?? [] } }

    var all: [OpenSocket] { state.withLock { $0.sockets.values.flatMap(\.self) } }
}
