import Foundation
import Platform
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Chat

struct ModerationTests {
    private func change(_ json: String) throws -> MemberChange {
        try JSONCoding.decoder().decode(MemberChange.self, from: Data(json.utf8))
    }

    @Test func whoIsRemovedHearsNoMoreOnAnyNode() async throws {
        try await ChatScene.run(nodes: 2) { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let name = try RoomName(asked: "general")
            try await scene.room("general", of: ann)
            let anns = await scene.nodes[0].connect(ann)
            let bobs = await scene.nodes[1].connect(bob)
            for client in [anns, bobs] { _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined") }
            let moderation = Moderation(rooms: scene.node.services.rooms)
            let outcome = try await moderation.change(
                bob.userID, in: name, change(#"{"banned": true}"#), by: ann, from: "test")
            scene.node.services.announcer.announce(outcome.events)
            let kicked = try await bobs.next("kicked")
            #expect(kicked.text("room") == "general" && kicked.text("reason") == "banned")
            #expect(try await anns.next("membership").text("change") == "joined")
            #expect(try await anns.next("membership").text("change") == "banned")
            _ = try await anns.ask(#"{"type": "message", "room": "general", "content": "among us"}"#, "ack")
            _ = try await anns.next("message")
            #expect(try await bobs.ask(#"{"type": "join", "room": "general"}"#, "joined").code == "banned")
            #expect(bobs.socket.all.allSatisfy { $0.type != "message" })
            #expect(scene.node.told.actions.withLock { $0 } == ["room.member"])
        }
    }

    @Test func nobodyTouchesTheirOwnRankOrAbove() async throws {
        try await ChatScene.run { scene in
            let name = try RoomName(asked: "general")
            let owner = try await scene.person("owner")
            let room = try await scene.room("general", of: owner)
            let members = MemberStore(scene.database)
            var people: [Caller] = []
            for index in 0..<3 {
                let person = try await scene.person("person\(index)")
                try await members.add(person.userID, to: room.conversation, readUpTo: 0)
                people.append(person)
            }
            let moderation = Moderation(rooms: scene.node.services.rooms)
            for index in 0..<2 {
                _ = try await moderation.change(
                    people[index].userID, in: name, change(#"{"role": "moderator"}"#), by: owner, from: "test")
            }
            let mute = try change(#"{"muted_until": "2999-01-01T00:00:00Z"}"#)
            for target in [owner, people[1], people[0]] {
                await #expect(throws: Problem.self) {
                    try await moderation.change(target.userID, in: name, mute, by: people[0], from: "test")
                }
            }
            _ = try await moderation.change(people[2].userID, in: name, mute, by: people[0], from: "test")
            await #expect(throws: Problem.self) {
                try await moderation.change(
                    people[2].userID, in: name, change(#"{"role": "moderator"}"#), by: people[0], from: "test")
            }
            // The room changes hands, and has one owner at all times.
            _ = try await moderation.change(
                people[2].userID, in: name, change(#"{"role": "owner"}"#), by: owner, from: "test")
            #expect(try await members.member(owner.userID, of: room.conversation)?.role == .moderator)
            #expect(try await members.member(people[2].userID, of: room.conversation)?.role == .owner)
            let staff = try await scene.person("staff", role: .moderator)
            let unmuted = try await moderation.change(
                people[2].userID, in: name, change(#"{"muted_until": null}"#), by: staff, from: "test")
            #expect(unmuted.member.mutedUntil == nil)
        }
    }

    @Test func muteSurvivesLeavingAndSlowModeWaits() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let room = try await scene.room("general", of: ann)
            let client = await scene.node.connect(bob)
            let message = #"{"type": "message", "room": "general", "content": "x"}"#
            _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined")
            try await MemberStore(scene.database).mute(bob.userID, in: room.conversation, until: .distantFuture)
            _ = try await client.ask(#"{"type": "leave", "room": "general"}"#, "left")
            _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined")
            #expect(try await client.ask(message, "ack").code == "muted")
            try await MemberStore(scene.database).mute(bob.userID, in: room.conversation, until: nil)
            try await scene.database.execute("UPDATE rooms SET slow_mode_seconds = 600")
            #expect(try await client.ask(message, "ack").type == "ack")
            #expect(try await client.ask(message, "ack").code == "slow_mode")
        }
    }

    @Test func anOwnerWhoLeavesIsFollowed() async throws {
        try await ChatScene.run { scene in
            let (ann, bob) = (try await scene.person("ann"), try await scene.person("bob"))
            let room = try await scene.room("general", of: ann)
            try await MemberStore(scene.database).add(bob.userID, to: room.conversation, readUpTo: 0)
            let bobs = await scene.node.connect(bob)
            _ = try await bobs.ask(#"{"type": "join", "room": "general"}"#, "joined")
            let anns = await scene.node.connect(ann)
            _ = try await anns.ask(#"{"type": "leave", "room": "general"}"#, "left")
            #expect(try await bobs.next("membership").text("change") == "left")
            let passed = try await bobs.next("membership")
            #expect(passed.text("change") == "role" && passed.integer("user_id") == bob.userID)
            #expect(try await MemberStore(scene.database).member(bob.userID, of: room.conversation)?.role == .owner)
        }
    }
}

struct ListeningTests {
    @Test func aRoomHearsTheSameMomentOnEveryNode() async throws {
        try await ChatScene.run(nodes: 2) { scene in
            let ann = try await scene.person("ann")
            let room = try await scene.room("general", of: ann)
            let clients = [await scene.nodes[0].connect(ann), await scene.nodes[1].connect(ann)]
            for client in clients { _ = try await client.ask(#"{"type": "join", "room": "general"}"#, "joined") }
            let services = scene.node.services
            try await services.listening.set(
                5, positionMilliseconds: 61_500, isPaused: false, in: room.conversation, by: ann.userID)
            await services.announcer.announcePlaying(in: room.conversation)
            let heard = [try await clients[0].next("now_playing"), try await clients[1].next("now_playing")]
            #expect(heard[0].text == heard[1].text)
            #expect(heard[0].integer("track_id") == 5 && heard[0].integer("position_ms") == 61_500)
            // Whoever comes later is told where it is.
            let late = await scene.nodes[1].connect(ann)
            _ = try await late.ask(#"{"type": "join", "room": "general"}"#, "joined")
            #expect(try await late.next("now_playing").text == heard[0].text)
        }
    }
}
