import Foundation
import Platform
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Chat

/// What the protocol says, over one node and a real database.
struct MessageFlowTests {
    @Test func messagesHaveTheDocumentsShape() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            let bob = try await scene.person("bob")
            try await scene.room("general", of: ann)
            let (anns, bobs) = (await scene.node.connect(ann), await scene.node.connect(bob))
            let joined = try await anns.ask(#"{"type": "join", "room": "GENERAL"}"#, "joined")
            #expect(joined.text("room") == "general" && joined.text("status") == "ok")
            #expect(joined.integer("last_seq") == 0 && joined.integer("epoch") ?? 0 > 0)
            _ = try await bobs.ask(#"{"type": "join", "room": "general"}"#, "joined")
            #expect(try await anns.next("membership").text("change") == "joined")

            await bobs.send(
                #"{"type": "message", "room": "general", "content": "Hello \"everyone\"!", "client_id": "c1"}"#)
            let ack = try await bobs.next("ack")
            #expect(ack.text("client_id") == "c1" && ack.seq == 2)
            for client in [anns, bobs] {
                let message = try await client.next("message")
                #expect(
                    message.text.hasPrefix(
                        #"{"type":"message","data":{"room":"general","from":\#(bob.userID),"username":"bob","content":"Hello"#
                    ))
                #expect(message.text("room") == "general" && message.integer("from") == bob.userID)
                #expect(message.text("username") == "bob" && message.text("content") == "Hello \"everyone\"!")
                #expect(message.text("timestamp") == ack.text("timestamp"))
                #expect(message.integer("id") == ack.integer("id") && message.seq == 2)
            }
            let history = try await anns.ask(
                #"{"type": "room_history", "room": "general", "limit": 50}"#, "room_history")
            #expect(history.list("messages").count == 1 && history.data["has_more"] == .bool(false))
        }
    }

    @Test func aMessageSentAgainIsTheSameMessage() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            try await scene.room("general", of: ann)
            let client = await scene.node.connect(ann)
            _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined")
            let command = #"{"type": "message", "room": "general", "content": "once", "client_id": "c"}"#
            let first = try await client.ask(command, "ack")
            #expect(try await client.ask(command, "ack").text == first.text)
            // Edited meanwhile, it is still the same one.
            _ = try await client.ask(
                #"{"type": "edit", "id": \#(first.integer("id") ?? 0), "content": "twice"}"#, "edited")
            #expect(try await client.ask(command, "ack").text == first.text)
            let other = #"{"type": "message", "room": "general", "content": "another", "client_id": "c"}"#
            let refused = try await client.ask(other, "ack")
            #expect(refused.code == "conflict" && refused.text("client_id") == "c")
            #expect(client.socket.all.count { $0.type == "message" } == 1)
        }
    }

    /// What was stored is answered with that, whatever has happened since.
    @Test func aMessageSentAgainIsAnsweredBeforeAnythingIsAsked() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let client = await scene.node.connect(ann)
            func command(_ id: String, track: Int) -> String {
                #"{"type": "dm", "to": \#(bob.userID), "content": "x", "client_id": "\#(id)", "#
                    + #""attachments": [{"type": "track", "id": \#(track)}]}"#
            }
            let first = try await client.ask(command("c", track: 5), "ack")
            #expect(first.type == "ack")
            try await BlockStore(scene.database).insert(bob.userID, blocks: ann.userID)
            #expect(try await client.ask(command("c", track: 5), "ack").text == first.text)
            #expect(try await client.ask(command("c", track: 6), "ack").code == "conflict")
            #expect(try await client.ask(command("d", track: 5), "ack").code == "blocked")
            // A track that is gone cannot be shared, but was.
            try await scene.database.execute(
                """
                UPDATE messages SET client_hash = hashtextextended(
                  concat_ws(E'\\x1f', 'x', 0, '[{"id":500,"type":"track"}]'::jsonb), conversation_id)
                """)
            #expect(try await client.ask(command("c", track: 500), "ack").text == first.text)
            #expect(try await client.ask(command("e", track: 500), "ack").code == "not_found")
            try await scene.database.execute("UPDATE users SET status = 'banned' WHERE id = $1", bob.userID)
            #expect(try await client.ask(command("c", track: 5), "ack").code == "conflict")
        }
    }

    /// Whoever stored it may have died before it told of it.
    @Test func aMessageSentAgainIsToldOf() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let room = try await scene.room("general", of: ann)
            let (anns, bobs) = (await scene.node.connect(ann), await scene.node.connect(bob))
            _ = try await anns.ask(#"{"type": "join", "room": "general"}"#, "joined")
            try await scene.database.execute(
                "SELECT send_message($1, $2, 'x', 'c1', NULL, NULL)", ann.userID, room.conversation)
            try await scene.database.execute(
                "SELECT send_direct_message($1, $2, 'y', 'c2', NULL, NULL)", ann.userID, bob.userID)
            await anns.send(#"{"type": "message", "room": "general", "content": "x", "client_id": "c1"}"#)
            #expect(try await anns.next("message").text("client_id") == "c1")
            await anns.send(#"{"type": "dm", "to": \#(bob.userID), "content": "y", "client_id": "c2"}"#)
            #expect(try await bobs.next("dm").text("client_id") == "c2")
        }
    }

    @Test func oneOfManyAtOnceUnderOneNameIsStored() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            try await scene.room("general", of: ann)
            try await scene.room("other", of: ann)
            let acks = try await withThrowingTaskGroup(of: RecordingSocket.Event.self) { group in
                for number in 0..<12 {
                    let client = await scene.node.connect(ann)
                    let room = number % 2 == 0 ? "general" : "other"
                    group.addTask {
                        try await client.ask(
                            #"{"type": "message", "room": "\#(room)", "content": "x", "client_id": "same"}"#, "ack")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // Half of them name the room that was not first.
            #expect(Set(acks.filter { $0.type == "ack" }.map(\.text)).count == 1)
            #expect(acks.count { $0.code == "conflict" } == 6)
            let stored = try await scene.database.row("SELECT count(*) AS n FROM messages") {
                row throws(PostgresError) -> Int in try row.decode("n")
            }
            #expect(stored == 1)
        }
    }

    @Test func whatIsSentAtOnceIsEachJudgedAndNumberedWithoutGaps() async throws {
        try await ChatScene.run { scene in
            let owner = try await scene.person("owner")
            for room in ["general", "other"] { try await scene.room(room, of: owner) }
            let clients = try await withThrowingTaskGroup(of: (Int, ChatClient).self) { group in
                for number in 0..<16 {
                    group.addTask {
                        let client = await scene.node.connect(try await scene.person("person\(number)"))
                        // The last one stays outside.
                        guard number < 15 else { return (number, client) }
                        let room = number % 2 == 0 ? "general" : "other"
                        _ = try await client.ask(#"{"type": "join", "room": "\#(room)"}"#, "joined")
                        return (number, client)
                    }
                }
                return try await group.reduce(into: [Int: ChatClient]()) { $0[$1.0] = $1.1 }
            }
            let answers = try await withThrowingTaskGroup(of: [RecordingSocket.Event].self) { group in
                for (number, client) in clients {
                    let room = number % 2 == 0 ? "general" : "other"
                    group.addTask {
                        var answers: [RecordingSocket.Event] = []
                        for round in 0..<4 {
                            let more = round == 3 ? #", "attachments": [{"type": "track", "id": 7}]"# : ""
                            answers.append(
                                try await client.ask(
                                    """
                                    {"type": "message", "room": "\(room)", "content": "\\"\(round)\\"", "client_id": "\(round)"\(more)}
                                    """, "ack"))
                        }
                        return answers
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(answers.count { $0.type == "ack" } == 60)
            #expect(answers.count { $0.code == "not_joined" } == 4)
            let wrong = try await scene.database.row(
                """
                SELECT count(*) AS n FROM conversations c WHERE c.last_seq <> (
                  SELECT count(*) FROM (SELECT seq FROM messages WHERE conversation_id = c.id
                    UNION SELECT seq FROM conversation_events WHERE conversation_id = c.id) s)
                """
            ) { row throws(PostgresError) -> Int in try row.decode("n") }
            let whole = try await scene.database.row(
                """
                SELECT count(*) AS n FROM messages
                WHERE content = '"' || client_id || '"' AND (attachments IS NOT NULL) = (client_id = '3')
                """
            ) { row throws(PostgresError) -> Int in try row.decode("n") }
            #expect(wrong == 0 && whole == 60)
        }
    }

    @Test func directMessagesReachBothSidesAndNobodyElse() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let cy = try await scene.person("cy")
            let (anns, bobs, cys) = (
                await scene.node.connect(ann), await scene.node.connect(bob), await scene.node.connect(cy)
            )
            let second = await scene.node.connect(ann)
            let ack = try await anns.ask(#"{"type": "dm", "to": \#(bob.userID), "content": "Hi there!"}"#, "ack")
            #expect(ack.seq == 1)
            for client in [anns, second, bobs] {
                let dm = try await client.next("dm")
                #expect(
                    dm.text.hasPrefix(
                        #"{"type":"dm","data":{"from":\#(ann.userID),"to":\#(bob.userID),"username":"ann","content":"Hi"#
                    ))
                #expect(dm.integer("from") == ann.userID && dm.integer("to") == bob.userID)
            }
            let history = try await bobs.ask(#"{"type": "dm_history", "with": \#(ann.userID)}"#, "dm_history")
            #expect(history.integer("with") == ann.userID && history.list("messages").count == 1)
            let none = try await cys.ask(#"{"type": "dm_history", "with": \#(ann.userID)}"#, "dm_history")
            #expect(none.list("messages").isEmpty)
            #expect(cys.socket.all.allSatisfy { $0.type != "dm" })
            #expect(try await cys.ask(#"{"type": "dm", "to": 99999, "content": "x"}"#, "ack").code == "not_found")
            #expect(
                try await cys.ask(#"{"type": "dm", "to": \#(cy.userID), "content": "x"}"#, "ack").code == "not_found")

            try await BlockStore(scene.database).insert(bob.userID, blocks: ann.userID)
            for client in [anns, bobs] {
                let other = client.socket.caller.userID == ann.userID ? bob : ann
                let refused = try await client.ask(#"{"type": "dm", "to": \#(other.userID), "content": "x"}"#, "ack")
                #expect(refused.code == "blocked")
            }
        }
    }

    @Test func twoWhoWriteFirstAtOnceShareOneThread() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let (anns, bobs) = (await scene.node.connect(ann), await scene.node.connect(bob))
            async let one = anns.ask(#"{"type": "dm", "to": \#(bob.userID), "content": "1"}"#, "ack")
            async let two = bobs.ask(#"{"type": "dm", "to": \#(ann.userID), "content": "2"}"#, "ack")
            #expect(Set([try await one.seq, try await two.seq]) == [1, 2])
            for client in [anns, bobs] {
                // An acknowledgement may come behind the other one's message.
                func heard() -> [Int] { client.socket.all.filter { $0.type == "dm" }.compactMap(\.seq) }
                while heard().count < 2 { _ = try await client.next("dm") }
                #expect(heard() == [1, 2])
            }
        }
    }

    @Test func changesOfMessagesAreEventsOfTheLog() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            try await scene.room("general", of: ann)
            let (anns, bobs) = (await scene.node.connect(ann), await scene.node.connect(bob))
            for client in [anns, bobs] { _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined") }
            let ack = try await bobs.ask(#"{"type": "message", "room": "general", "content": "helo"}"#, "ack")
            let id = ack.integer("id") ?? 0
            #expect(
                try await anns.ask(#"{"type": "edit", "id": \#(id), "content": "no"}"#, "edited").code == "forbidden")
            await bobs.send(#"{"type": "edit", "id": \#(id), "content": "hello"}"#)
            let edited = try await anns.next("edited")
            #expect(edited.text("content") == "hello" && edited.integer("id") == id && edited.seq == 3)
            await anns.send(#"{"type": "react", "id": \#(id), "emoji": "👍"}"#)
            let reaction = try await bobs.next("reaction")
            #expect(reaction.text("emoji") == "👍" && reaction.data["added"] == .bool(true) && reaction.seq == 4)
            await anns.send(#"{"type": "react", "id": \#(id), "emoji": "👍"}"#)
            await anns.send(#"{"type": "unreact", "id": \#(id), "emoji": "👍"}"#)
            let taken = try await bobs.next("reaction")
            #expect(taken.data["added"] == .bool(false) && taken.seq == 5, "the same reaction twice is one event")
            // The room's owner moderates.
            await anns.send(#"{"type": "delete", "id": \#(id)}"#)
            let deleted = try await bobs.next("deleted")
            #expect(deleted.integer("id") == id && deleted.integer("by") == ann.userID && deleted.seq == 6)
            #expect(scene.node.told.actions.withLock { $0 } == ["message.deleted"])
            let history = try await bobs.ask(#"{"type": "room_history", "room": "general"}"#, "room_history")
            let tombstone = try #require(history.list("messages").first)
            #expect(tombstone["deleted"] == .bool(true) && tombstone["content"] == .text(""))
        }
    }

    @Test func readingAndTypingAreTold() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let (anns, bobs) = (await scene.node.connect(ann), await scene.node.connect(bob))
            for number in 1...3 {
                _ = try await anns.ask(#"{"type": "dm", "to": \#(bob.userID), "content": "\#(number)"}"#, "ack")
            }
            let unread = UnreadStore(database: scene.database)
            #expect(try await unread.unread(of: bob.userID).first?["unread"] == .integer(3))
            #expect(try await unread.unread(of: ann.userID).isEmpty)
            await bobs.send(#"{"type": "read", "with": \#(ann.userID), "seq": 2}"#)
            let read = try await anns.next("read")
            #expect(read.integer("with") == bob.userID && read.integer("user_id") == bob.userID && read.seq == 2)
            await bobs.send(#"{"type": "read", "with": \#(ann.userID), "seq": 1}"#)
            #expect(try await anns.next("read").seq == 2, "never back")
            #expect(try await unread.unread(of: bob.userID).first?["unread"] == .integer(1))
            await bobs.send(#"{"type": "typing", "to": \#(ann.userID)}"#)
            #expect(try await anns.next("typing").integer("user_id") == bob.userID)
            let pong = try await anns.ask(#"{"type": "ping", "nonce": 7}"#, "pong")
            #expect(pong.integer("nonce") == 7 && pong.integer("server_ms") ?? 0 > 0)
        }
    }

    @Test func membersAreToldOfTheirNames() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            _ = try await scene.person("cyd")
            try await scene.room("secret", of: ann, isPrivate: true)
            let conversation = try await scene.room("secret2", of: ann).conversation
            try await MemberStore(scene.database).add(bob.userID, to: conversation, readUpTo: 0)
            let client = await scene.node.connect(ann)
            _ = try await client.ask(#"{"type": "message", "room": "secret", "content": "@bob @cyd"}"#, "ack")
            _ = try await client.ask(#"{"type": "message", "room": "secret2", "content": "@cyd @Bob!"}"#, "ack")
            let told = try await bounded("A notification") {
                for await told in scene.node.told.notifications.stream { return told }
                throw CancellationError()
            }
            #expect(told.user == bob.userID && told.kind == "mention" && told.payload["room"] == .text("secret2"))
        }
    }

    @Test func notificationsReachTheirOwnersSockets() async throws {
        try await ChatScene.run(nodes: 2) { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let (anns, bobs) = (await scene.nodes[1].connect(ann), await scene.nodes[1].connect(bob))
            await scene.events[0].publish(Event(.notification, userID: ann.userID, id: 7))
            #expect(try await anns.next("notification").integer("id") == 7)
            #expect(bobs.socket.all.isEmpty)
        }
    }

    @Test func tooManyMessagesAreTooMany() async throws {
        try await ChatScene.run { scene in
            let ann = try await scene.person("ann")
            try await scene.room("general", of: ann)
            let client = await scene.node.connect(ann)
            for _ in 0..<ChatHandler.messagesPerWindow {
                let ack = try await client.ask(#"{"type": "message", "room": "general", "content": "x"}"#, "ack")
                #expect(ack.type == "ack")
            }
            let refused = try await client.ask(
                #"{"type": "message", "room": "general", "content": "x", "client_id": "late"}"#, "ack")
            #expect(refused.code == "rate_limited" && refused.text("client_id") == "late")
        }
    }
}
