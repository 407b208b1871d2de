import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

/// The REST side, against the running program and a real database.
struct ChatRoutesTests {
    private struct Server {
        let app: TestApp
        let database: Database
        let ann: TestAccount
        let bob: TestAccount

        static func run(_ body: (Server) async throws -> Void) async throws {
            try await withTestDatabase { test in
                let database = Database(test.settings, logger: quietLogger)
                let outcome: Result<Void, any Error>
                do {
                    let secret = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
                    try await TestApp.run(databaseURL: test.url, environment: secret) { app in
                        try await body(
                            Server(
                                app: app, database: database, ann: try await app.signUp("ann"),
                                bob: try await app.signUp("bob")))
                    }
                    outcome = .success(())
                } catch {
                    outcome = .failure(error)
                }
                await database.close()
                try outcome.get()
            }
        }

        /// Sends a message, past any socket.
        func write(_ content: String, in room: String, by account: TestAccount) async throws {
            try await database.execute(
                """
                SELECT s.outcome FROM rooms r, send_message($1, r.conversation_id, $3, NULL, NULL, NULL) s
                WHERE r.name = $2
                """, account.id, room, content)
        }

        func write(_ content: String, to other: TestAccount, by account: TestAccount) async throws {
            try await database.execute(
                "SELECT outcome FROM send_direct_message($1, $2, $3, NULL, NULL, NULL)", account.id, other.id, content)
        }
    }

    private func list(_ response: TestResponse) -> [[String: Any]] { response.data as? [[String: Any]] ?? [] }
    private func object(_ response: TestResponse) -> [String: Any] { response.data as? [String: Any] ?? [:] }

    @Test func roomsAreMadeFoundChangedAndLeft() async throws {
        try await Server.run { server in
            let (app, ann, bob) = (server.app, server.ann, server.bob)
            let made = try await app.api(
                .POST, "/chat/rooms",
                ["name": "audio-production", "description": "Discussion about audio production", "is_private": false],
                token: ann.accessToken)
            #expect(made.status == 201)
            #expect(object(made)["name"] as? String == "audio-production")
            #expect(object(made)["member_count"] as? Int == 1 && object(made)["role"] as? String == "owner")
            let taken = try await app.api(.POST, "/chat/rooms", ["name": "AUDIO-production"], token: bob.accessToken)
            #expect(taken.status == 409 && taken.code == "room_name_taken")
            for name in ["", "123", "a/b"] {
                #expect(try await app.api(.POST, "/chat/rooms", ["name": name], token: bob.accessToken).status == 400)
            }
            let rooms = try await app.api(.GET, "/chat/rooms", token: bob.accessToken)
            #expect(list(rooms).count == 1 && list(rooms)[0]["is_private"] as? Bool == false)
            #expect(list(rooms)[0]["created_at"] is String && list(rooms)[0]["joined"] as? Bool == false)

            #expect(try await app.api(.POST, "/chat/rooms/audio-production/join", token: bob.accessToken).status == 200)
            for number in 1...3 { try await server.write("\(number)", in: "audio-production", by: bob) }
            let messages = try await app.api(
                .GET, "/chat/rooms/audio-production/messages?limit=2", token: ann.accessToken)
            #expect(list(messages).compactMap { $0["content"] as? String } == ["2", "3"])
            #expect(
                list(messages)[0]["from_user"] as? Int == bob.id && list(messages)[0]["username"] as? String == "bob")
            let first = try #require(list(messages)[0]["id"] as? Int)
            let older = try await app.api(
                .GET, "/chat/rooms/audio-production/messages?before=\(first)", token: ann.accessToken)
            #expect(list(older).compactMap { $0["content"] as? String } == ["1"])
            let past = try await app.api(
                .GET, "/chat/rooms/audio-production/messages?before=2001-01-01T00:00:00Z", token: ann.accessToken)
            #expect(past.status == 200 && list(past).isEmpty)

            let renamed = try await app.api(
                .PUT, "/chat/rooms/audio-production", ["name": "Studio Été"], token: ann.accessToken)
            #expect(renamed.status == 200)
            #expect(try await app.api(.GET, "/chat/rooms/audio-production", token: ann.accessToken).status == 404)
            let path = "/chat/rooms/studio%20%C3%A9t%C3%A9"
            #expect(list(try await app.api(.GET, path + "/messages", token: bob.accessToken)).count == 3)
            #expect(try await app.api(.PUT, path, ["name": "mine"], token: bob.accessToken).status == 403)
            let unread = try await app.api(.GET, "/chat/unread", token: ann.accessToken)
            #expect(
                list(unread).first?["unread"] as? Int == 3 && list(unread).first?["room"] as? String == "Studio Été")
            #expect(try await app.api(.POST, path + "/leave", token: bob.accessToken).status == 200)
            #expect(try await app.api(.DELETE, path, token: ann.accessToken).status == 200)
            #expect(try await app.api(.GET, path, token: ann.accessToken).status == 404)
        }
    }

    @Test func privateRoomsAreForTheInvited() async throws {
        try await Server.run { server in
            let (app, ann, bob) = (server.app, server.ann, server.bob)
            _ = try await app.api(.POST, "/chat/rooms", ["name": "den", "is_private": true], token: ann.accessToken)
            try await server.write("psst", in: "den", by: ann)
            for path in ["", "/messages", "/members", "/pins", "/invites"] {
                #expect(try await app.api(.GET, "/chat/rooms/den\(path)", token: bob.accessToken).status == 404)
            }
            #expect(try await app.api(.POST, "/chat/rooms/den/join", token: bob.accessToken).status == 404)
            #expect(list(try await app.api(.GET, "/chat/rooms", token: bob.accessToken)).isEmpty)
            #expect(list(try await app.api(.GET, "/chat/search?q=psst", token: bob.accessToken)).isEmpty)
            let invited = try await app.api(
                .POST, "/chat/rooms/den/invites", ["user_id": bob.id], token: ann.accessToken)
            #expect(invited.status == 201)
            let told = try await app.api(.GET, "/notifications", token: bob.accessToken)
            #expect(list(told).first?["kind"] as? String == "room_invite")
            #expect(
                list(try await app.api(.GET, "/chat/invites", token: bob.accessToken)).first?["room"] as? String
                    == "den")
            #expect(try await app.api(.GET, "/chat/rooms/den/messages", token: bob.accessToken).status == 404)
            #expect(try await app.api(.POST, "/chat/rooms/den/join", token: bob.accessToken).status == 200)
            #expect(list(try await app.api(.GET, "/chat/rooms/den/messages", token: bob.accessToken)).count == 1)
            #expect(list(try await app.api(.GET, "/chat/search?q=pss", token: bob.accessToken)).count == 1)
            #expect(list(try await app.api(.GET, "/chat/invites", token: bob.accessToken)).isEmpty)
            let members = try await app.api(.GET, "/chat/rooms/den/members", token: bob.accessToken)
            #expect(list(members).compactMap { $0["role"] as? String } == ["owner", "member"])
            let kicked = try await app.api(.DELETE, "/chat/rooms/den/members/\(bob.id)", token: ann.accessToken)
            #expect(kicked.status == 200)
            #expect(try await app.api(.GET, "/chat/rooms/den/messages", token: bob.accessToken).status == 404)
            #expect(list(try await app.api(.GET, "/chat/search?q=psst", token: bob.accessToken)).isEmpty)
        }
    }

    @Test func threadsGroupsAndBlocks() async throws {
        try await Server.run { server in
            let (app, ann, bob) = (server.app, server.ann, server.bob)
            let cy = try await app.signUp("cyd")
            try await server.write("Hi there!", to: bob, by: ann)
            let messages = try await app.api(.GET, "/chat/dm/\(ann.id)", token: bob.accessToken)
            #expect(list(messages).first?["content"] as? String == "Hi there!")
            #expect(list(try await app.api(.GET, "/chat/dm/\(ann.id)", token: cy.accessToken)).isEmpty)
            #expect(try await app.api(.GET, "/chat/dm/99999", token: cy.accessToken).status == 404)
            let threads = try await app.api(.GET, "/chat/dm", token: bob.accessToken)
            #expect(list(threads).first?["with"] as? Int == ann.id && list(threads).first?["unread"] as? Int == 1)
            let group = try await app.api(.POST, "/chat/dm", ["user_ids": [bob.id, cy.id]], token: ann.accessToken)
            let id = try #require(object(group)["group"] as? Int)
            #expect(group.status == 201)
            #expect(try await app.api(.GET, "/chat/groups/\(id)/messages", token: cy.accessToken).status == 200)
            #expect(try await app.api(.POST, "/chat/groups/\(id)/leave", token: cy.accessToken).status == 200)
            #expect(try await app.api(.GET, "/chat/groups/\(id)/messages", token: cy.accessToken).status == 404)
            for _ in 1...2 {
                #expect(try await app.api(.POST, "/users/\(ann.id)/block", token: bob.accessToken).status == 200)
            }
            #expect(list(try await app.api(.GET, "/users/me/blocks", token: bob.accessToken)).count == 1)
            #expect(try await app.api(.POST, "/chat/dm", ["user_ids": [bob.id]], token: ann.accessToken).status == 400)
            #expect(try await app.api(.DELETE, "/users/\(ann.id)/block", token: bob.accessToken).status == 200)
            #expect(try await app.api(.POST, "/users/\(bob.id)/block", token: bob.accessToken).status == 400)
        }
    }

    @Test func moderatorsAreHeldToTheLog() async throws {
        try await Server.run { server in
            let (app, ann, bob) = (server.app, server.ann, server.bob)
            _ = try await app.api(.POST, "/chat/rooms", ["name": "general"], token: ann.accessToken)
            _ = try await app.api(.POST, "/chat/rooms/general/join", token: bob.accessToken)
            try await server.write("spam", in: "general", by: bob)
            let message = try #require(
                list(try await app.api(.GET, "/chat/rooms/general/messages", token: ann.accessToken)).first?["id"]
                    as? Int)
            #expect(try await app.api(.PUT, "/chat/messages/\(message)/pin", token: bob.accessToken).status == 403)
            #expect(try await app.api(.PUT, "/chat/messages/\(message)/pin", token: ann.accessToken).status == 200)
            #expect(list(try await app.api(.GET, "/chat/rooms/general/pins", token: bob.accessToken)).count == 1)
            let edited = try await app.api(
                .PUT, "/chat/messages/\(message)", ["content": "ham"], token: bob.accessToken)
            #expect(object(edited)["content"] as? String == "ham" && object(edited)["edited_at"] is String)
            let edits = try await app.api(.GET, "/chat/messages/\(message)/edits", token: ann.accessToken)
            #expect(list(edits).compactMap { $0["content"] as? String } == ["spam"])
            let report = try await app.api(
                .POST, "/reports", ["kind": "message", "id": message, "reason": "spam"], token: ann.accessToken)
            #expect(report.status == 201)
            #expect(try await app.api(.DELETE, "/chat/messages/\(message)", token: ann.accessToken).status == 200)
            let banned = try await app.api(
                .PUT, "/chat/rooms/general/members/\(bob.id)", ["banned": true], token: ann.accessToken)
            #expect(banned.status == 200 && object(banned)["banned"] as? Bool == true)
            #expect(try await app.api(.POST, "/chat/rooms/general/join", token: bob.accessToken).code == "banned")
            #expect(try await app.api(.GET, "/chat/rooms/general/messages", token: bob.accessToken).code == "banned")
            let log = try await server.database.rows("SELECT action FROM audit_log ORDER BY id") {
                row throws(PostgresError) -> String in try row.decode("action")
            }
            #expect(log == ["message.pinned", "message.deleted", "room.member"])
        }
    }
}
