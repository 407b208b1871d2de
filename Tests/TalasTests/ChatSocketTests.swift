import Foundation
import NIOHTTP1
import Postgres
import TestSupport
import Testing

/// The whole program: chat over real sockets, on both listeners, of one server and of two.
struct ChatSocketTests {
    private static func type(_ event: [String: Any]) -> String { event["type"] as? String ?? "" }
    private static func data(_ event: [String: Any]) -> [String: Any] { event["data"] as? [String: Any] ?? [:] }

    /// The next event of this type, whatever comes before it.
    private static func next(_ type: String, _ client: WebSocketClient) async throws -> [String: Any] {
        while true {
            let event = try await client.nextJSON()
            if self.type(event) == type { return data(event) }
            if self.type(event) == "error" { throw TestFailure("\(event)") }
        }
    }

    private static func makeRoom(_ name: String, _ app: TestApp, _ account: TestAccount) async throws {
        let made = try await app.api(.POST, "/chat/rooms", ["name": name], token: account.accessToken)
        #expect(made.status == 201, "\(made)")
    }

    @Test func messagesReachBothListenersAndAreResumed() async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url) { app in
                let (ada, bob) = (try await app.signUp("ada"), try await app.signUp("bob"))
                try await Self.makeRoom("general", app, ada)
                let first = try await WebSocketClient.connect(app.socketURL + "/?token=\(ada.accessToken)")
                let second = try await WebSocketClient.connect(app.url + "/ws", token: bob.accessToken)
                for client in [first, second] {
                    try await client.send(["type": "join", "room": "general"])
                    #expect(try await Self.next("joined", client)["status"] as? String == "ok")
                }
                try await first.send(["type": "message", "room": "general", "content": "hello", "client_id": "c1"])
                let ack = try await Self.next("ack", first)
                #expect(ack["client_id"] as? String == "c1")
                let seq = try #require(ack["seq"] as? Int)
                let message = try await Self.next("message", second)
                #expect(message["content"] as? String == "hello" && message["username"] as? String == "ada")
                #expect(message["seq"] as? Int == seq)

                await second.drop()
                try await first.send(["type": "message", "room": "general", "content": "again", "client_id": "c2"])
                _ = try await Self.next("ack", first)
                let third = try await WebSocketClient.connect(
                    app.socketURL, headers: ["Sec-WebSocket-Protocol": "talas, \(bob.accessToken)"])
                try await third.send(["type": "resume", "room": "general", "after_seq": seq])
                #expect(try await Self.next("message", third)["content"] as? String == "again")
                _ = try await Self.next("resumed", third)
            }
        }
    }

    @Test(arguments: [false, true])
    func twoServersAreOneChat(byRedis: Bool) async throws {
        let redis = try await RedisServer()
        var environment = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
        if byRedis { environment["REDIS_URL"] = redis.url }
        let settings = environment
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url, environment: settings) { here in
                let shared = settings.merging(["UPLOAD_PATH": here.directory.path + "/uploads"]) { $1 }
                try await TestApp.run(databaseURL: database.url, environment: shared) { there in
                    try await Self.chat(here, there)
                    guard byRedis else { return }
                    // Without Redis the database carries it, as ever.
                    redis.kill()
                    try await Self.chat(here, there, round: 2)
                }
            }
        }
    }

    private static func chat(_ here: TestApp, _ there: TestApp, round: Int = 1) async throws {
        let (ada, bob) = (try await here.signUp("ada\(round)"), try await here.signUp("bob\(round)"))
        try await makeRoom("room-\(round)", here, ada)
        let first = try await WebSocketClient.connect(here.socketURL, token: ada.accessToken)
        let second = try await WebSocketClient.connect(there.socketURL, token: bob.accessToken)
        for client in [first, second] {
            try await client.send(["type": "join", "room": "room-\(round)"])
            _ = try await next("joined", client)
        }
        for number in 0..<5 {
            try await first.send(["type": "message", "room": "room-\(round)", "content": "\(number)"])
            #expect(try await next("message", second)["content"] as? String == "\(number)")
        }
        try await second.send(["type": "dm", "to": ada.id, "content": "psst"])
        #expect(try await next("dm", first)["content"] as? String == "psst")
        // Signing out on one node ends what the session opened on the other.
        #expect(try await here.api(.POST, "/auth/logout", token: bob.accessToken).status == 200)
        #expect(try await second.closeCode() == 4401)
    }

    /// A session that ends at the moment when the nodes lose the connection by which they tell each other.
    @Test func sessionsEndOverALostConnection() async throws {
        let settings = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url, environment: settings) { here in
                let shared = settings.merging(["UPLOAD_PATH": here.directory.path + "/uploads"]) { $1 }
                try await TestApp.run(databaseURL: database.url, environment: shared) { there in
                    let own = Database(database.settings, logger: quietLogger)
                    for round in 0..<3 {
                        let ada = try await here.signUp("ada\(round)")
                        let client = try await WebSocketClient.connect(there.socketURL, token: ada.accessToken)
                        try await own.execute(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE query LIKE 'LISTEN%' AND datname = current_database()
                            """)
                        #expect(try await here.api(.POST, "/auth/logout", token: ada.accessToken).status == 200)
                        #expect(try await client.closeCode() == 4401)
                    }
                    await own.close()
                }
            }
        }
    }

    @Test func strangersAreRefusedAndPlacesAreShared() async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url, environment: ["WS_MAX_CONNECTIONS_PER_USER": "1"]) { app in
                let ada = try await app.signUp("ada")
                for url in [app.socketURL, app.url + "/ws"] {
                    await #expect(throws: WebSocketClient.Refusal.self) { try await WebSocketClient.connect(url) }
                }
                let made = try await app.api(
                    .POST, "/auth/tokens", ["name": "reader", "scopes": ["read"]], token: ada.accessToken)
                let reader = try #require((made.data as? [String: Any])?["token"] as? String)
                do {
                    _ = try await WebSocketClient.connect(app.socketURL, token: reader)
                    Issue.record("a token without the scope of chat")
                } catch let refusal as WebSocketClient.Refusal { #expect(refusal.status == 403) }
                let only = try await WebSocketClient.connect(app.socketURL, token: ada.accessToken)
                do {
                    _ = try await WebSocketClient.connect(app.url + "/ws", token: ada.accessToken)
                    Issue.record("more connections than allowed")
                } catch let refusal as WebSocketClient.Refusal { #expect(refusal.status == 429) }
                let metrics = try await app.request(path: "/metrics")
                #expect(metrics.contains("websocket_connections 1"))
                #expect(try await app.api(.POST, "/auth/logout", token: ada.accessToken).status == 200)
                #expect(try await only.closeCode() == 4401)
            }
        }
    }
}

extension TestApp {
    fileprivate func request(path: String) async throws -> String {
        String(decoding: try await request(.GET, path).body, as: UTF8.self)
    }
}
