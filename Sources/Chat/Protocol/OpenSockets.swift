import Platform
import Synchronization

/// The sockets that are open on this node, whose they are and which rooms they hear.
final class OpenSockets: Sendable {
    private struct Entry {
        let socket: any Socket
        var rooms: Set<Int> = []
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

    /// Gives the rooms that it heard, and whether it was the account's last here.
    func remove(_ socket: any Socket) -> Removed {
        state.withLock { state in
            let entry = state.entries.removeValue(forKey: socket.id)
            state.users[socket.caller.userID]?.remove(socket.id)
            let isLast = state.users[socket.caller.userID]?.isEmpty == true
            if isLast { state.users[socket.caller.userID] = nil }
            return Removed(rooms: entry?.rooms ?? [], wasLast: isLast)
        }
    }

    struct Removed: Sendable {
        let rooms: Set<Int>
        let wasLast: Bool
    }

    /// Notes that a socket hears a room. Gives whether the socket is open.
    func add(_ room: Int, to socket: SocketID) -> Bool {
        state.withLock { $0.entries[socket]?.rooms.insert(room) != nil }
    }

    /// Notes that a socket does not hear a room any more.
    func remove(_ room: Int, from socket: SocketID) {
        _ = state.withLock { $0.entries[socket]?.rooms.remove(room) }
    }

    /// Rooms that any socket of an account hears.
    func rooms(of user: Int) -> Set<Int> {
        state.withLock { state in
            (state.users[user] ?? []).reduce(into: []) { $0.formUnion(state.entries[$1]?.rooms ?? []) }
        }
    }
}
