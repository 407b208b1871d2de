import Foundation
import Synchronization
import TestSupport

/// Somebody who writes, writes again, leaves and comes back, and keeps account of what came. What the protocol forbids is a
/// fault, kept until the end.
final class ChatClient: Sendable {
    /// A conversation as the protocol names it.
    enum Place: Hashable, Sendable {
        case room(String)
        case user(Int)
        case group(Int)

        var member: (String, any Sendable) {
            switch self {
            case .room(let name): ("room", name)
            case .user(let id): ("with", id)
            case .group(let id): ("group", id)
            }
        }

        var isRoom: Bool { if case .room = self { true } else { false } }
    }

    struct Draft: Sendable {
        let place: Place
        let content: String
    }

    struct Acknowledged: Hashable, Sendable {
        let id: Int
        let seq: Int
    }

    struct State {
        var records: [Place: ConversationRecord] = [:]
        var drafts: [String: Draft] = [:]
        var unacknowledged: Set<String> = []
        var acknowledged: [String: Acknowledged] = [:]
        /// Rooms that it has not joined yet.
        var isNew: Set<Place> = []
        var counts: [String: Int] = [:]
        var faults: [String] = []
        var connection: WebSocketClient?
        /// Something that it asked for when it came was refused.
        var mustComeAgain = false
        /// What is to be sent, as soon as what came before it has been read.
        var asked: [[String: any Sendable]] = []
    }

    let account: TestAccount
    let places: [Place]
    let state: Mutex<State>

    init(_ account: TestAccount, places: [Place]) {
        self.account = account
        self.places = places
        var state = State()
        for place in places { state.records[place] = ConversationRecord() }
        state.isNew = Set(places.filter(\.isRoom))
        self.state = Mutex(state)
    }

    func count(_ name: String) { state.withLock { $0.counts[name, default: 0] += 1 } }
    func fault(_ text: String) { state.withLock { $0.faults.append("\(account.username): \(text)") } }
    var isConnected: Bool { state.withLock { $0.connection != nil } }

    // MARK: Connections

    /// Comes to a node, if it lets it, and asks for what it missed.
    func connect(_ url: String) async throws {
        let connection: WebSocketClient
        do {
            connection = try await WebSocketClient.connect(url, token: account.accessToken)
        } catch let refusal as WebSocketClient.Refusal {
            if ![500, 503].contains(refusal.status) { fault("the handshake was answered \(refusal.status)") }
            return count("refused")
        } catch {
            return count("refused")
        }
        let commands = state.withLock { state in
            state.connection = connection
            state.asked = []
            state.mustComeAgain = false
            state.counts["connections", default: 0] += 1
            return places.map { place in
                state.records[place]?.connect()
                return Self.coming(place, state)
            }
        }
        // Lives as long as the connection.
        Task { await read(connection) }
        for command in commands { try? await connection.send(command) }
        await resend()
    }

    private static func coming(_ place: Place, _ state: State) -> [String: any Sendable] {
        let (name, value) = place.member
        if state.isNew.contains(place) { return ["type": "join", name: value] }
        var command: [String: any Sendable] = [
            "type": "resume", name: value, "after_seq": state.records[place]?.last ?? 0,
        ]
        if let epoch = state.records[place]?.epoch { command["epoch"] = epoch }
        return command
    }

    func disconnect(_ connection: WebSocketClient? = nil) async {
        let ended = state.withLock { state -> WebSocketClient? in
            guard let present = state.connection, connection == nil || connection === present else { return nil }
            state.connection = nil
            return present
        }
        await ended?.drop()
    }

    private func read(_ connection: WebSocketClient) async {
        do {
            while case let frame = try await connection.next(), frame != .end {
                guard case .text(let text) = frame else { continue }
                let commands = state.withLock { state -> [[String: any Sendable]] in
                    // Of a connection that was given up nothing more is read.
                    guard state.connection === connection else { return [] }
                    do { try Self.take(text, account.id, &state) } catch {
                        state.faults.append("\(account.username): \(error), by \(text.prefix(300))")
                    }
                    defer { state.asked = [] }
                    return state.asked
                }
                for command in commands { try? await connection.send(command) }
            }
        } catch {
            fault("\(error)")
        }
        await disconnect(connection)
    }

    // MARK: Writing

    func write(_ draft: Draft) async {
        let name = state.withLock { state in
            let name = "c\(state.drafts.count)"
            state.drafts[name] = draft
            state.unacknowledged.insert(name)
            return name
        }
        await send(name)
    }

    /// Sends once more what was not acknowledged.
    func resend() async {
        for name in state.withLock({ $0.unacknowledged.sorted() }) { await send(name) }
    }

    func send(_ name: String) async {
        let (draft, connection) = state.withLock { ($0.drafts[name], $0.connection) }
        guard let draft, let connection else { return }
        var command: [String: any Sendable] = ["content": draft.content, "client_id": name]
        switch draft.place {
        case .room(let room): command.merge(["type": "message", "room": room]) { $1 }
        case .user(let user): command.merge(["type": "dm", "to": user]) { $1 }
        case .group(let group): command.merge(["type": "dm", "group": group]) { $1 }
        }
        count("sendings")
        try? await connection.send(command)
    }

    func react(_ dice: inout SplitMix) async {
        guard let place = places.randomElement(using: &dice), let emoji = ["👍", "🎧", "🔥"].randomElement(using: &dice)
        else { return }
        let (connection, message) = state.withLock { state in
            (state.connection, state.records[place]?.messages.values.map(\.id).max())
        }
        guard let message else { return }
        try? await connection?.send(["type": "react", "id": message, "emoji": emoji])
    }
}
