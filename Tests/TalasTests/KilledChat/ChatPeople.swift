import Foundation
import NIOHTTP1
import Postgres
import Synchronization
import TestSupport

/// The clients of a run, what they do, and the truth that they are compared with.
struct ChatPeople {
    private static let count = 8
    private static let rooms = ["general", "lounge"]
    /// Of the people, the first ones are together in a group.
    private static let groupSize = 4

    private let clients: [ChatClient]
    private let nodes: ChatFaults

    /// Signs people up, and makes the places where they meet.
    init(_ nodes: ChatFaults) async throws {
        self.nodes = nodes
        guard let app = nodes.node(0) else { throw TestFailure("no node") }
        var accounts: [TestAccount] = []
        for number in 0..<Self.count { accounts.append(try await app.signUp("person\(number)")) }
        for room in Self.rooms {
            let made = try await app.api(.POST, "/chat/rooms", ["name": room], token: accounts[0].accessToken)
            guard made.status == 201 else { throw TestFailure("\(made)") }
        }
        let members = accounts.prefix(Self.groupSize).map(\.id)
        let made = try await app.api(
            .POST, "/chat/dm", ["user_ids": Array(members.dropFirst())], token: accounts[0].accessToken)
        guard let group = (made.data as? [String: Any])?["group"] as? Int else { throw TestFailure("\(made)") }
        clients = accounts.map { account in
            let others = accounts.filter { $0.id != account.id }.map { ChatClient.Place.user($0.id) }
            let groups = members.contains(account.id) ? [ChatClient.Place.group(group)] : []
            return ChatClient(account, places: Self.rooms.map(ChatClient.Place.room) + others + groups)
        }
    }

    /// Has people live until `disturb` is done; gives what it gave.
    func live(
        _ dice: inout SplitMix, _ disturb: (inout SplitMix) async throws -> [String: Int]
    ) async throws -> [String: Int] {
        let generators = clients.map { _ in dice.split() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (client, generator) in zip(clients, generators) {
                group.addTask {
                    var dice = generator
                    while !Task.isCancelled { try? await act(client, &dice) }
                }
            }
            defer { group.cancelAll() }
            return try await disturb(&dice)
        }
    }

    private func act(_ client: ChatClient, _ dice: inout SplitMix) async throws {
        if client.state.withLock(\.mustComeAgain) { await client.disconnect() }
        if !client.isConnected {
            if let url = nodes.node(Int.random(in: 0...1, using: &dice))?.socketURL { try await client.connect(url) }
        } else {
            await speak(client, &dice)
        }
        try await letPass(.milliseconds(Int.random(in: 20...600, using: &dice)))
    }

    private func speak(_ client: ChatClient, _ dice: inout SplitMix) async {
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<60:
            guard client.state.withLock({ $0.unacknowledged.count < 10 }) else { return await client.resend() }
            // Rooms more often than any one thread.
            let place = (client.places + client.places.prefix(2) + client.places.prefix(2)).randomElement(using: &dice)
            if let place { await client.write(.init(place: place, content: "\(dice.next())")) }
        case 60..<75:
            let sent = client.state.withLock { $0.drafts.keys.sorted() }
            if let name = sent.randomElement(using: &dice) { await client.send(name) }
        case 75..<85: await client.react(&dice)
        case 85..<92: await client.disconnect()
        default: break
        }
    }

    /// Has everybody acknowledged and up to date; who is connected stays so.
    func settle(_ dice: inout SplitMix) async throws {
        let database = Database(DatabaseSettings(url: nodes.cluster.url), logger: quietLogger)
        defer { Task { await database.close() } }
        let places = clients.map { _ in Int.random(in: 0...1, using: &dice) }
        for (client, place) in zip(clients, places) {
            let nodes = nodes
            try await bounded("\(client.account.username)'s messages", state: { client.summary }) {
                while client.state.withLock({ !$0.unacknowledged.isEmpty || $0.mustComeAgain || $0.connection == nil })
                {
                    if client.state.withLock(\.mustComeAgain) { await client.disconnect() }
                    if !client.isConnected, let url = nodes.node(place)?.socketURL { try await client.connect(url) }
                    try await letPass(.seconds(1))
                    await client.resend()
                }
            }
        }
        let truth = try await ChatTruth(database)
        for client in clients {
            try await bounded("\(client.account.username)'s events", seconds: 60, state: { client.summary }) {
                while !truth.isReached(by: client) { try await letPass(.milliseconds(20)) }
            }
        }
    }

    /// All that is wrong.
    func faults(comparedTo url: String) async throws -> [String] {
        let database = Database(DatabaseSettings(url: url), logger: quietLogger)
        let truth = try await ChatTruth(database)
        await database.close()
        let sent = clients.reduce(0) { sum, client in sum + client.state.withLock { $0.drafts.count } }
        let count = truth.messageCount == sent ? [] : ["\(truth.messageCount) messages are stored of \(sent)"]
        return count + clients.flatMap { $0.state.withLock(\.faults) + truth.differences(from: $0) }
    }

    /// What a run came to.
    func figures(_ faults: [String: Int]) -> String {
        var counts = faults
        for client in clients {
            let (own, sent) = client.state.withLock { ($0.counts, $0.drafts.count) }
            counts.merge(own) { $0 + $1 }
            counts["messages", default: 0] += sent
        }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key.padded) \($0.value)" }.joined(separator: "\n ")
    }
}

extension ChatClient {
    /// Where it stands, for a failure.
    var summary: String {
        state.withLock { state in
            "connected: \(state.connection != nil), unacknowledged: \(state.unacknowledged.sorted()), "
                + state.records.map { "\($0.key) at \($0.value.last)" }.joined(separator: ", ")
                + ", faults: \(state.faults.prefix(5))"
        }
    }
}
