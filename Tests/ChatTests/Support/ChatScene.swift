import Foundation
import NIOCore
import Platform
import Postgres
import Synchronization
import TestSupport

@testable import Chat

/// A database with people, and nodes of the chat over it.
struct ChatScene: Sendable {
    let database: Database
    let nodes: [ChatNode]
    /// The bus of each node.
    let events: [EventBus]
    var node: ChatNode { nodes[0] }

    /// - Parameter isLimited: whether people may write only as much as the protocol lets them.
    static func run(nodes count: Int = 1, isLimited: Bool = true, _ body: (ChatScene) async throws -> Void) async throws
    {
        try await withDatabase { database in
            let buses = Mutex<[EventBus]>([])
            let nodes = (0..<count).map { _ in
                // What one node tells reaches all.
                let events = EventBus(logger: quietLogger) { text in
                    for bus in buses.withLock({ $0 }) { bus.receive(text) }
                }
                buses.withLock { $0.append(events) }
                return ChatNode(database: database, events: events, isLimited: isLimited)
            }
            try await body(ChatScene(database: database, nodes: nodes, events: buses.withLock { $0 }))
            buses.withLock { $0 = [] }
        }
    }

    /// An account.
    func person(_ name: String, role: Role = .user) async throws -> Caller {
        let id = try await database.row(
            """
            INSERT INTO users (username, email, password_hash, role) VALUES ($1::text, $1::text || '@example.org', 'x', $2) RETURNING id
            """, name, role.rawValue
        ) { row throws(PostgresError) -> Int in try row.decode("id") }
        return Caller(
            userID: id ?? 0, username: name, role: role, status: .active, credential: .session(id ?? 0))
    }

    /// A room of this owner.
    @discardableResult
    func room(_ name: String, of owner: Caller, isPrivate: Bool = false) async throws -> Room {
        try await RoomStore(database).insert(
            RoomName(asked: name), nil, isPrivate: isPrivate, owner: owner.userID)
        guard let room = try await RoomStore(database).room(RoomName(asked: name), for: owner.userID) else {
            throw TestFailure("no room \(name)")
        }
        return room
    }
}

/// One node: its chat and its sockets.
struct ChatNode: Sendable {
    let services: ChatServices
    let handler: ChatHandler
    let recorder = Recorder()
    let told: Told

    /// What neighbours were told.
    final class Told: Sendable {
        let notifications = AsyncStream<(user: Int, kind: String, payload: JSONNode)>.makeStream()
        let actions = Mutex<[String]>([])
    }

    init(database: Database, events: EventBus, isLimited: Bool) {
        let told = Told()
        self.told = told
        let neighbours = ChatNeighbours(
            findCaller: { user, credential in
                let found = try await database.row(
                    "SELECT username, role, status FROM users WHERE id = $1::bigint", user
                ) { row throws(PostgresError) in
                    let role: String = try row.decode("role")
                    let status: String = try row.decode("status")
                    return Caller(
                        userID: user, username: try row.decode("username"), role: Role(rawValue: role) ?? .user,
                        status: AccountStatus(rawValue: status) ?? .banned, credential: credential)
                }
                guard let found else { throw Problem.unauthorized }
                guard found.status != .banned else { throw Problem.banned }
                return found
            },
            mayShare: { _, attachment in attachment.id < 100 },
            notify: { user, kind, payload in told.notifications.continuation.yield((user, kind, payload)) },
            findNotification: { _, id in .members(["id": .integer(id), "kind": .text("test")]) },
            audit: { record, _ in told.actions.withLock { $0.append(record.action) } })
        services = ChatServices(
            database: database, commits: database.grouped, events: events, fanout: recorder, neighbours: neighbours,
            logger: quietLogger)
        handler =
            isLimited
            ? ChatHandler(chat: services)
            : ChatHandler(chat: services, messagesPerWindow: .max, commandsPerWindow: .max)
    }

    /// Opens a socket.
    func connect(_ caller: Caller) async -> ChatClient {
        let socket = RecordingSocket(caller)
        recorder.add(socket)
        await handler.opened(socket)
        return ChatClient(node: self, socket: socket)
    }
}

/// Somebody at a socket.
struct ChatClient: Sendable {
    let node: ChatNode
    let socket: RecordingSocket

    /// Sends a command, and returns when it has been worked off.
    func send(_ text: String) async { await node.handler.received(ByteBuffer(string: text), from: socket) }

    func next(_ types: String...) async throws -> RecordingSocket.Event {
        guard types.count == 1 else { return try await socket.next(types[0], types[1]) }
        return try await socket.next(types[0])
    }

    /// Sends a command and gives the next frame of this type, or the error that came instead.
    func ask(_ text: String, _ type: String) async throws -> RecordingSocket.Event {
        await send(text)
        return try await socket.next(type, "error")
    }

    func disconnect() async {
        node.recorder.remove(socket)
        await node.handler.closed(socket)
        socket.close(.normal, reason: "")
    }
}
