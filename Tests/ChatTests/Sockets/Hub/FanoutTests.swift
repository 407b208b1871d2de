import Foundation
import NIOCore
import Platform
import TestSupport
import Testing

@testable import Chat

struct FanoutTests {
    /// Tells the test about sockets.
    private final class Doorman: SocketHandler {
        let sockets: AsyncStream<any Socket>
        private let teller: AsyncStream<any Socket>.Continuation
        let closed = AsyncStream<Int>.makeStream()

        init() { (sockets, teller) = AsyncStream.makeStream() }
        func opened(_ socket: any Socket) async { teller.yield(socket) }
        func received(_ text: ByteBuffer, from socket: any Socket) async {}
        func closed(_ socket: any Socket) async { closed.continuation.yield(socket.caller.userID) }
    }

    /// Whatever is published, sent, begun and ended: each socket gets what it is for, all of it, in this order.
    @Test func everySocketGetsWhatItIsForInOrder() async throws {
        let seed = UInt64.random(in: .min ... .max)
        let doorman = Doorman()
        try await SocketServer.run(handler: doorman) { server in
            var random = SplitMix(state: seed)
            var clients: [WebSocketClient] = []
            var sockets: [any Socket] = []
            var opened = doorman.sockets.makeAsyncIterator()
            for index in 0..<12 {
                clients.append(try await server.connect("user-\(index / 2)"))
                if let socket = await opened.next() { sockets.append(socket) }
            }
            var logs = Array(repeating: [String](), count: sockets.count)
            var members: [Int: Set<Int>] = [1: [], 2: [], 3: []]
            for step in 0..<3_000 {
                let text = "event \(step)"
                let (index, conversation) = (
                    Int.random(in: 0..<12, using: &random), Int.random(in: 1...3, using: &random)
                )
                switch Int.random(in: 0..<12, using: &random) {
                case 0:
                    server.hub.subscribe(sockets[index].id, to: conversation)
                    members[conversation]?.insert(index)
                case 1:
                    server.hub.unsubscribe(sockets[index].id, from: conversation)
                    members[conversation]?.remove(index)
                case 2 where step % 7 == 0:
                    server.hub.unsubscribe(user: index / 2, from: conversation)
                    members[conversation]?.subtract([index / 2 * 2, index / 2 * 2 + 1])
                case 3, 4:
                    sockets[index].send(ByteBuffer(string: text))
                    logs[index].append(text)
                case 5:
                    server.hub.publish(ByteBuffer(string: text), toUsers: [index / 2, 99], importance: .kept)
                    for place in 0...1 { logs[index / 2 * 2 + place].append(text) }
                default:
                    server.hub.publish(ByteBuffer(string: text), to: conversation, importance: .kept)
                    for member in members[conversation] ?? [] { logs[member].append(text) }
                }
            }
            for socket in sockets { socket.close(.normal, reason: "") }
            for (client, log) in zip(clients, logs) {
                var received: [String] = []
                while case .text(let text) = try await client.next() { received.append(text) }
                #expect(received == log, "seed \(seed)")
            }
        }
    }

    /// One that stops reading is let go with a bounded queue behind it; the others do not notice.
    @Test func aReaderThatStopsDoesNotHoldUpTheOthers() async throws {
        let doorman = Doorman()
        var policy = SocketPolicy()
        policy.closeTimeout = .hours(1)
        // Who does not read answers no ping either, and is not to be let go for that.
        policy.heartbeat = .hours(1)
        try await SocketServer.run(policy, handler: doorman) { server in
            let clients = [try await server.connect("user-1"), try await server.connect("user-2")]
            var opened = doorman.sockets.makeAsyncIterator()
            for _ in clients {
                if let socket = await opened.next() { server.hub.subscribe(socket.id, to: 1) }
            }
            try await clients[0].setReading(false)
            let text = String(repeating: "x", count: 60_000)
            for round in 0..<400 {
                server.hub.publish(ByteBuffer(string: "\(round) \(text)"), to: 1, importance: .kept)
                guard case .text(let received) = try await clients[1].next() else { throw TestFailure("no event") }
                #expect(received.hasPrefix("\(round) "))
            }
            try await clients[0].setReading(true)
            #expect(try await clients[0].closeCode() == 1013)
            #expect(server.hub.isConnected(user: 2))
        }
    }

    /// What the kernel does not take goes another way than what it takes.
    @Test func whatWaitsForAReaderComesWholeAndInOrder() async throws {
        let doorman = Doorman()
        var policy = SocketPolicy()
        policy.maximumUnsentBytes = 64 << 20
        try await SocketServer.run(policy, handler: doorman) { server in
            let client = try await server.connect("user-1")
            var opened = doorman.sockets.makeAsyncIterator()
            let socket = try #require(await opened.next())
            server.hub.subscribe(socket.id, to: 1)
            try await client.setReading(false)
            // More than the kernel holds for it, less than it is let go for.
            for round in 0..<400 {
                let text = String(repeating: "x", count: 30_000 + round * 97 % 30_000)
                server.hub.publish(ByteBuffer(string: "\(2 * round) \(text)"), to: 1, importance: .kept)
                socket.send(ByteBuffer(string: "\(2 * round + 1) "))
            }
            try await client.setReading(true)
            for number in 0..<800 {
                guard case .text(let received) = try await client.next() else { throw TestFailure("no event") }
                #expect(received.hasPrefix("\(number) "))
                guard number % 2 == 0 else { continue }
                #expect(received.utf8.count == "\(number) ".utf8.count + 30_000 + number / 2 * 97 % 30_000)
            }
        }
    }
}
