import Platform
import Postgres
import TestSupport
import Testing

@testable import Chat

struct RetentionTests {
    @Test func roomsKeepWhatTheyAreAskedTo() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            let room = try await scene.room("short", of: ann)
            try await scene.room("long", of: ann)
            let client = await scene.node.connect(ann)
            for name in ["short", "long"] {
                for number in 1...4 {
                    _ = try await client.ask(
                        #"{"type": "message", "room": "\#(name)", "content": "\#(number)"}"#, "ack")
                }
            }
            try await scene.database.execute("UPDATE messages SET timestamp = now() - interval '3 days' WHERE seq <= 2")
            try await scene.database.execute("UPDATE rooms SET retention_days = 2 WHERE name = 'short'")
            let retention = Retention(database: scene.database, logger: quietLogger)
            #expect(try await retention.purge() == 2)
            #expect(try await retention.purge() == 0)
            let history = try await client.ask(#"{"type": "room_history", "room": "short"}"#, "room_history")
            #expect(history.list("messages").compactMap { $0["seq"] } == [.integer(3), .integer(4)])
            let standing = try await scene.node.services.log.standing(of: room.conversation, for: ann.userID)
            #expect(standing?.purgedSeq == 2 && standing?.lastSeq == 4)
        }
    }
}
