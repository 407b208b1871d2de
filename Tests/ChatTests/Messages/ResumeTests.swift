import Platform
import Postgres
import TestSupport
import Testing

@testable import Chat

struct ResumeTests {
    private func resume(after seq: Int, epoch: Int? = nil) -> String {
        let epoch = epoch.map { #", "epoch": \#($0)"# } ?? ""
        return #"{"type": "resume", "room": "general", "after_seq": \#(seq)\#(epoch)}"#
    }

    @Test func bringsWhatWasMissedAndGoesOn() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            try await scene.room("general", of: ann)
            let client = await scene.node.connect(ann)
            let joined = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined")
            await client.disconnect()
            let writer = await scene.node.connect(ann)
            for number in 1...5 {
                _ = try await writer.ask(#"{"type": "message", "room": "general", "content": "\#(number)"}"#, "ack")
            }
            let back = await scene.node.connect(ann)
            let resumed = try await back.ask(resume(after: 2, epoch: joined.integer("epoch")), "resumed")
            #expect(resumed.integer("last_seq") == 5)
            #expect(back.socket.all.filter { $0.type == "message" }.compactMap(\.seq) == [3, 4, 5])
            _ = try await writer.ask(#"{"type": "message", "room": "general", "content": "6"}"#, "ack")
            #expect(try await back.next("message").seq == 6)
            // Joined first, the rest comes once all the same.
            let third = await scene.node.connect(ann)
            _ = try await third.ask(#"{"type": "join", "room": "general"}"#, "joined")
            #expect(try await third.ask(resume(after: 4), "resumed").integer("last_seq") == 6)
            #expect(third.socket.all.filter { $0.type == "message" }.compactMap(\.seq) == [5, 6])
        }
    }

    @Test func resetsWhatCannotBeResumed() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            let room = try await scene.room("general", of: ann)
            let client = await scene.node.connect(ann)
            let epoch = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined").integer("epoch") ?? 0
            for number in 1...3 {
                _ = try await client.ask(#"{"type": "message", "room": "general", "content": "\#(number)"}"#, "ack")
            }
            let other = try await client.ask(resume(after: 1, epoch: epoch + 1), "reset")
            #expect(other.type == "reset" && other.integer("epoch") == epoch && other.integer("last_seq") == 3)
            #expect(try await client.ask(resume(after: 4), "reset").type == "reset", "from a future that is not")
            try await scene.database.execute("UPDATE conversations SET purged_seq = 2 WHERE id = $1", room.conversation)
            #expect(try await client.ask(resume(after: 1), "reset").type == "reset")
            let late = await scene.node.connect(ann)
            #expect(try await late.ask(resume(after: 2), "resumed").integer("last_seq") == 3)
        }
    }

    @Test func anEpochEndsWithACrash() async throws {
        try await withDatabase { database in
            func epoch() async throws -> Int? {
                try await database.row("SELECT chat_epoch() AS e") { row throws(PostgresError) in try row.decode("e") }
            }
            let first = try await epoch()
            #expect(try await epoch() == first)
            // What crash recovery does to a table that is not logged.
            try await database.execute("TRUNCATE chat_epochs")
            #expect(try await epoch() != first)
        }
    }

    @Test func threadsResumeToo() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let anns = await scene.node.connect(ann)
            for number in 1...3 {
                _ = try await anns.ask(#"{"type": "dm", "to": \#(bob.userID), "content": "\#(number)"}"#, "ack")
            }
            let bobs = await scene.node.connect(bob)
            let resumed = try await bobs.ask(
                #"{"type": "resume", "with": \#(ann.userID), "after_seq": 1}"#, "resumed")
            #expect(resumed.integer("last_seq") == 3 && resumed.integer("with") == ann.userID)
            #expect(bobs.socket.all.filter { $0.type == "dm" }.compactMap(\.seq) == [2, 3])
        }
    }

    /// Live or resumed, asked for once or again: each event comes once to a connection, and no later one before it.
    @Test func nothingComesTwice() async throws {
        try await ChatScene.run(nodes: 2) { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let anns = await scene.nodes[0].connect(ann)
            func write(_ number: Int) async throws {
                _ = try await anns.ask(#"{"type": "dm", "to": \#(bob.userID), "content": "\#(number)"}"#, "ack")
            }
            func seqs(_ client: ChatClient) -> [Int] {
                client.socket.all.filter { $0.type == "dm" }.compactMap(\.seq)
            }
            for number in 1...4 { try await write(number) }
            let first = await scene.nodes[1].connect(bob)
            for number in 5...6 { try await write(number) }
            while seqs(first).last != 6 { _ = try await first.next("dm") }
            #expect(seqs(first) == [5, 6], "what was before the connection is not sent by itself")
            let resumed = try await first.ask(
                #"{"type": "resume", "with": \#(ann.userID), "after_seq": 2}"#, "resumed")
            #expect(resumed.integer("last_seq") == 6)
            #expect(seqs(first) == [5, 6, 3, 4])
            _ = try await first.ask(#"{"type": "resume", "with": \#(ann.userID), "after_seq": 1}"#, "resumed")
            _ = try await first.ask(#"{"type": "resume", "with": \#(ann.userID), "after_seq": 0}"#, "resumed")
            try await write(7)
            while seqs(first).last != 7 { _ = try await first.next("dm") }
            #expect(seqs(first) == [5, 6, 3, 4, 2, 1, 7])
            // Another connection of the same account has a part of its own.
            let second = await scene.nodes[0].connect(bob)
            try await write(8)
            while seqs(second).last != 8 { _ = try await second.next("dm") }
            #expect(seqs(second) == [8])
        }
    }

    @Test func aRoomThatIsJoinedTwiceIsHeardOnce() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            try await scene.room("general", of: ann)
            let client = await scene.node.connect(ann)
            let join = #"{"type": "join", "room": "general"}"#
            _ = try await client.ask(join, "joined")
            for number in 1...3 {
                _ = try await client.ask(#"{"type": "message", "room": "general", "content": "\#(number)"}"#, "ack")
                #expect(try await client.ask(join, "joined").integer("last_seq") == number)
            }
            _ = try await client.ask(resume(after: 0), "resumed")
            _ = try await client.ask(#"{"type": "message", "room": "general", "content": "4"}"#, "ack")
            while try await client.next("message").seq != 4 {}
            #expect(client.socket.all.filter { $0.type == "message" }.compactMap(\.seq) == [1, 2, 3, 4])
        }
    }

    /// A node that is behind does not send again what the client has from another one.
    @Test func whatCameFromElsewhereIsNotSentAgain() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            let room = try await scene.room("general", of: ann)
            let other = await scene.node.connect(ann)
            _ = try await other.ask(#"{"type": "join", "room": "general"}"#, "joined")
            let delivery = scene.node.services.delivery
            let late = await scene.node.connect(ann)
            let heard = Heard(conversation: room.conversation, members: nil, lastSeq: 0)
            _ = delivery.hold(late.socket, heard, floor: 2)
            let isReleased = delivery.release(late.socket, heard, after: 2, []) { last in
                Frame.text("resumed", .members(["last_seq": .integer(last)]))
            }
            #expect(isReleased)
            #expect(try await late.next("resumed").integer("last_seq") == 2)
            for number in 1...4 {
                _ = try await other.ask(#"{"type": "message", "room": "general", "content": "\#(number)"}"#, "ack")
            }
            while try await late.next("message").seq != 4 {}
            #expect(late.socket.all.filter { $0.type == "message" }.compactMap(\.seq) == [3, 4])
        }
    }

    /// A notice that nobody gave, since its node died, is made up for.
    @Test func whatNobodyToldOfIsFound() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let room = try await scene.room("general", of: ann)
            let (anns, bobs) = (await scene.node.connect(ann), await scene.node.connect(bob))
            _ = try await anns.ask(#"{"type": "join", "room": "general"}"#, "joined")
            try await scene.database.execute(
                "SELECT send_message($1, $2, 'in the room', NULL, NULL, NULL)", ann.userID, room.conversation)
            try await scene.database.execute(
                "SELECT send_direct_message($1, $2, 'to you', NULL, NULL, NULL)", ann.userID, bob.userID)
            await scene.node.services.delivery.look()
            #expect(try await anns.next("message").text("content") == "in the room")
            #expect(try await bobs.next("dm").text("content") == "to you")
            #expect(bobs.socket.all.filter { $0.type == "dm" }.count == 1)
        }
    }
}
