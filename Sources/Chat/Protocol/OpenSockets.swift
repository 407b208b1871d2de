import Platform
import Synchronization

/// The sockets that are open on this node, whose they are and which rooms they hear.
final class OpenSockets: Sendable {
    private struct Entry {
        let socket: any Socket
        /// Where the socket's part of a conversation's events begins.
        var starts: [Int: Int] = [:]
    }

    private struct State {
        var entries: [SocketID: Entry] = [:]
        var users: [Int: Set<SocketID>] = [:]
    }

    private let state = Mutex(State())

    /// Gives whether it is the account's first here.
    func add(_ socket: any Socket) -> Bool {
        state.withLock { state in
            state.entries[socket.id] = Entry(socket: socket)
            state.users[socket.caller.userID, default: []].insert(socket.id)
            return state.users[socket.caller.userID]?.count == 1
        }
    }

    /// Gives the conversations that it heard, and whether it was the account's last here.
    func remove(_ socket: any Socket) -> Removed {
        state.withLock { state in
            let entry = state.entries.removeValue(forKey: socket.id)
            state.users[socket.caller.userID]?.remove(socket.id)
            let isLast = state.users[socket.caller.userID]?.isEmpty == true
            if isLast { state.users[socket.caller.userID] = nil }
            return Removed(conversations: entry.map { Array($0.starts.keys) } ?? [], wasLast: isLast)
        }
    }

    struct Removed: Sendable {
        let conversations: [Int]
        let wasLast: Bool
    }

    /// Gives whether the socket is open.
    @discardableResult
    func noteStart(_ socket: SocketID, _ conversation: Int, at seq: Int?) -> Bool {
        state.withLock { state in
            state.entries[socket]?.starts[conversation] = seq
            return state.entries[socket] != nil
        }
    }

    func start(_ socket: SocketID, _ conversation: Int) -> Int? {
        state.withLock { $0.entries[socket]?.starts[conversation] }
    }

    /// Conversations that any socket of an account hears.
    func conversations(of user: Int) -> Set<Int> {
        state.withLock { state in
            Set((state.users[user] ?? []).flatMap { state.entries[$0].map { Array($0.starts.keys) } ?? [] })
        }
    }
}
