import Foundation
import Platform
import Postgres
import TestSupport
import Testing

@testable import Chat

/// Random people who write, write again, leave and come back to either of two nodes: in the end each has seen the
/// database's log, in its order, without gap or double, and what was acknowledged is in it.
struct DeliveryPropertyTests {
    private static let steps = 20
    private static let people = 5

    /// What somebody has seen of a room, over all their connections.
    private struct Reader {
        let name: String
        var dice: SplitMix
        var client: ChatClient
        /// The last number that was seen on earlier connections.
        var seen = 0
        var seqs: [Int] = []
        var sent: [String] = []
        var acknowledged: Set<Int> = []

        /// Takes in the frames of the present connection.
        mutating func collect() {
            for event in client.socket.all {
                if event.type == "ack", let id = event.integer("id") { acknowledged.insert(id) }
                guard event.text("room") != nil, let seq = event.seq, event.type != "read" else { continue }
                seqs.append(seq)
            }
            seen = seqs.last ?? seen
        }
    }

    @Test(arguments: [UInt64.random(in: .min ... .max), 1, 2])
    func everybodySeesTheDatabasesOrder(seed: UInt64) async throws {
        try await ChatScene.run(nodes: 2, isLimited: false) { scene in
            var dice = SplitMix(state: seed)
            let owner = try await scene.person("owner")
            let room = try await scene.room("general", of: owner)
            var readers: [Reader] = []
            for number in 0..<Self.people {
                let person = try await scene.person("person\(number)")
                let client = await scene.nodes[number % 2].connect(person)
                _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined")
                readers.append(Reader(name: "person\(number)", dice: dice.split(), client: client))
            }
            // Whoever joined sees what comes from then on.
            for index in readers.indices {
                let joined = try #require(readers[index].client.socket.all.first { $0.type == "joined" })
                readers[index].seen = joined.integer("last_seq") ?? 0
            }
            let starts = readers.map(\.seen)
            readers = try await withThrowingTaskGroup(of: (Int, Reader).self) { group in
                for (index, reader) in readers.enumerated() {
                    group.addTask {
                        var reader = reader
                        for step in 0..<Self.steps { try await Self.act(&reader, step, scene) }
                        return (index, reader)
                    }
                }
                return try await group.reduce(into: readers) { $0[$1.0] = $1.1 }
            }
            let last = try #require(try await scene.log.standing(of: room.conversation, for: owner.userID)).lastSeq
            for (index, var reader) in readers.enumerated() {
                try await Self.catchUp(&reader, to: last)
                #expect(reader.seqs == Array((starts[index] + 1)...last), "\(reader.name), seed \(seed)")
                let stored = try await scene.messages(of: reader.client.socket.caller.userID)
                #expect(reader.acknowledged.isSubset(of: stored), "seed \(seed)")
                #expect(stored.count == reader.sent.count, "each message is stored once, seed \(seed)")
            }
            let log = try await scene.log.events(of: room.conversation, after: 0, limit: 10_000)
            #expect(log.map(\.seq) == Array(1...last), "seed \(seed)")
        }
    }

    private static func act(_ reader: inout Reader, _ step: Int, _ scene: ChatScene) async throws {
        switch Int.random(in: 0..<10, using: &reader.dice) {
        case 0..<6:
            let text =
                #"{"type": "message", "room": "general", "content": "\#(reader.name) \#(step)", "client_id": "\#(step)"}"#
            reader.sent.append(text)
            await reader.client.send(text)
        case 6, 7:
            guard let text = reader.sent.randomElement(using: &reader.dice) else { return }
            await reader.client.send(text)
        default:
            let caller = reader.client.socket.caller
            await reader.client.disconnect()
            reader.collect()
            reader.client = await scene.nodes[Int.random(in: 0...1, using: &reader.dice)].connect(caller)
            let resumed = try await reader.client.ask(
                #"{"type": "resume", "room": "general", "after_seq": \#(reader.seen)}"#, "resumed")
            guard resumed.type == "resumed" else { throw TestFailure("resuming answered \(resumed.text)") }
        }
    }

    /// Waits for the last event.
    private static func catchUp(_ reader: inout Reader, to last: Int) async throws {
        func newest() -> Int {
            reader.client.socket.all.filter { $0.text("room") != nil && $0.type != "read" }.compactMap(\.seq).last
                ?? reader.seen
        }
        while newest() < last { _ = try await reader.client.next("message", "membership") }
        reader.collect()
    }
}

extension ChatScene {
    fileprivate var log: EventLog { node.services.log }

    fileprivate func messages(of user: Int) async throws -> Set<Int> {
        Set(
            try await database.rows("SELECT id FROM messages WHERE from_user = $1", user) {
                row throws(PostgresError) -> Int in try row.decode("id")
            })
    }
}
