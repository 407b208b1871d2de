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
            // A thread that this node begins to follow brings what is seconds old as well.
            #expect(bobs.socket.all.filter { $0.type == "dm" }.compactMap(\.seq).suffix(2) == [2, 3])
        }
    }
}
