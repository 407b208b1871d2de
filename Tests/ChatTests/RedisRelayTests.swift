import Platform
import ServiceLifecycle
import TestSupport
import Testing

/// Nodes that tell each other through a real Redis.
struct RedisRelayTests {
    private enum Heard: Hashable, Sendable {
        case text(String)
        case gap
    }

    private struct Node: Sendable {
        let relay: RedisRelay
        let heard: AsyncStream<Heard>

        init(_ server: RedisServer) throws {
            let (heard, teller) = AsyncStream.makeStream(of: Heard.self)
            self.heard = heard
            relay = RedisRelay(try #require(RedisAddress(server.url)), channel: "talas", logger: quietLogger)
            relay.listen {
                teller.yield(.text($0))
            } onGap: {
                teller.yield(.gap)
            }
        }

        /// Publishes as soon as the server takes it.
        func publish(_ text: String) async throws {
            let relay = relay
            try await bounded("Redis taking a text") { while !(await relay.publish(text)) { await Task.yield() } }
        }

        /// Waits for something, whatever comes before it.
        func hears(_ wanted: Heard) async throws {
            let heard = heard
            try await bounded("\(wanted)") { for await one in heard where one == wanted { break } }
        }
    }

    @Test func saysWhatIsPublishedAndWhatWasMissed() async throws {
        let server = try await RedisServer()
        let nodes = [try Node(server), try Node(server)]
        let group = ServiceGroup(configuration: .init(services: nodes.map(\.relay), logger: quietLogger))
        async let running: Void = group.run()
        // The second may not have subscribed when the first can publish.
        try await nodes[1].publish("hello")
        try await nodes[1].hears(.text("hello"))
        try await nodes[0].publish("é 🎧\r\n")
        try await nodes[1].hears(.text("é 🎧\r\n"))

        server.kill()
        try await bounded("The loss being noticed") { [nodes] in
            while await nodes[0].relay.publish("lost") { await Task.yield() }
        }
        try await server.start()
        for node in nodes { try await node.hears(.gap) }
        try await nodes[0].publish("again")
        try await nodes[1].hears(.text("again"))
        await group.triggerGracefulShutdown()
        try await running
    }
}
