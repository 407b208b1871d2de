import Foundation
import NIOCore
import Platform
import Synchronization
import TestSupport

@testable import Chat

/// The sockets of one node, which keep what they are sent.
final class Recorder: Fanout {
    private struct State {
        var sockets: [SocketID: RecordingSocket] = [:]
        var subscriptions: [SocketID: Set<Int>] = [:]
    }

    private let state = Mutex(State())

    func add(_ socket: RecordingSocket) { state.withLock { $0.sockets[socket.id] = socket } }

    func remove(_ socket: RecordingSocket) {
        state.withLock { state in
            state.sockets[socket.id] = nil
            state.subscriptions[socket.id] = nil
        }
    }

    func subscribe(_ socket: SocketID, to conversation: Int) {
        state.withLock { state in
            if state.sockets[socket] != nil { state.subscriptions[socket, default: []].insert(conversation) }
        }
    }

    func unsubscribe(_ socket: SocketID, from conversation: Int) {
        _ = state.withLock { $0.subscriptions[socket]?.remove(conversation) }
    }

    func publish(_ text: ByteBuffer, to conversation: Int, importance: Importance) {
        state.withLock { state in
            for (id, conversations) in state.subscriptions where conversations.contains(conversation) {
                state.sockets[id]?.send(text)
            }
        }
    }

    func publish(_ text: ByteBuffer, toUsers users: [Int], importance: Importance) {
        state.withLock { state in
            for socket in state.sockets.values where users.contains(socket.caller.userID) { socket.send(text) }
        }
    }

    func unsubscribe(user: Int, from conversation: Int) {
        state.withLock { state in
            for (id, socket) in state.sockets where socket.caller.userID == user {
                state.subscriptions[id]?.remove(conversation)
            }
        }
    }

    func close(user: Int, code: CloseCode, reason: String) {}

    func isConnected(user: Int) -> Bool {
        state.withLock { $0.sockets.values.contains { $0.caller.userID == user } }
    }
}

/// A socket whose frames a test waits for.
final class RecordingSocket: Socket {
    private static let lastID = Atomic<UInt64>(0)

    let id = SocketID(RecordingSocket.lastID.wrappingAdd(1, ordering: .relaxed).newValue)
    let caller: Caller
    private let frames = AsyncStream<String>.makeStream()
    private let kept = Mutex<[String]>([])

    init(_ caller: Caller) { self.caller = caller }

    func send(_ text: ByteBuffer) {
        let text = String(buffer: text)
        kept.withLock { $0.append(text) }
        frames.continuation.yield(text)
    }

    func close(_ code: CloseCode, reason: String) { frames.continuation.finish() }

    /// All frames so far.
    var all: [Event] { kept.withLock { $0 }.compactMap(Event.init) }

    /// The next frame of one of these types; others before it are passed over.
    func next(_ types: String...) async throws -> Event {
        try await bounded("A frame of type \(types)", seconds: 60, state: { "\(self.all.map(\.text).suffix(5))" }) {
            for await text in self.frames.stream {
                if let event = Event(text), types.contains(event.type) { return event }
            }
            throw TestFailure("The socket was closed.")
        }
    }

    /// What a frame says.
    struct Event: Sendable {
        let text: String
        let type: String
        let data: JSONNode

        init?(_ text: String) {
            guard let node = JSONNode(parsing: text), case .text(let type)? = node["type"], let data = node["data"]
            else { return nil }
            self.text = text
            self.type = type
            self.data = data
        }

        func integer(_ name: String) -> Int? { if case .integer(let value)? = data[name] { value } else { nil } }
        func text(_ name: String) -> String? { if case .text(let value)? = data[name] { value } else { nil } }
        func list(_ name: String) -> [JSONNode] { if case .list(let value)? = data[name] { value } else { [] } }
        var code: String? { text("code") }
        var seq: Int? { integer("seq") }
    }
}
