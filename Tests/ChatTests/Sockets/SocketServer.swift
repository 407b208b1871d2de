import Chat
import Foundation
import Hummingbird
import Logging
import NIOCore
import Platform
import ServiceLifecycle
import TestSupport

/// Both listeners in this process, over a handler of the test's. Tokens are `user-7`, `user-7-read` for one without the scope
/// of chat, `user-7-soon` for one that expires with the clock of the test.
struct SocketServer: Sendable {
    let hub: SocketHub
    let events: EventBus
    /// `ws://127.0.0.1:PORT/`, and `http://127.0.0.1:PORT` of the HTTP listener.
    let url: String
    let httpURL: String

    static let soon = Date(timeIntervalSince1970: 2_000_000_000)

    static func run<Value: Sendable>(
        _ policy: SocketPolicy = SocketPolicy(), handler: any SocketHandler,
        living: @escaping Sockets.FindCaller = { SocketServer.caller(userID: $0, credential: $1) },
        findLiving: @escaping Sockets.FindLiving = { $0 }, hears: @escaping @Sendable () -> Bool = { true },
        certificates: TLSCertificates? = nil,
        _ body: @escaping @Sendable (SocketServer) async throws -> Value
    ) async throws -> Value {
        let hub = SocketHub(policy)
        let events = EventBus(logger: quietLogger, hears: hears)
        let origins = OriginRules(allowed: [])
        let sockets = Sockets(
            hub: hub, handler: handler, origins: origins, events: events, authenticate: admission,
            findCaller: living, findLiving: findLiving, logger: quietLogger)
        let (ports, found) = AsyncStream.makeStream(of: (isHTTP: Bool, port: Int).self)
        let listener = UpgradeListener(
            host: "127.0.0.1", port: 0, upgrade: sockets.upgrade, certificates: certificates,
            maximumUpgraded: policy.maximumSockets, isOptional: false,
            onRunning: { found.yield((false, $0 ?? 0)) }, logger: quietLogger)
        let router = Router(context: AppContext.self)
        router.get("hello") { _, _ in "hello" }
        let http = try HTTPServer(
            .init(host: "127.0.0.1", port: 0, certificates: certificates), logger: quietLogger
        ).application(router, hot: NothingHot(), upgrade: .init(path: "/ws", sockets.upgrade)) {
            found.yield((true, $0))
        }
        let group = ServiceGroup(
            configuration: .init(services: [http, listener] + sockets.services, logger: quietLogger))
        async let running: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        var numbers: [Bool: Int] = [:]
        while numbers.count < 2, let (isHTTP, port) = await iterator.next() {
            numbers[isHTTP] = port
            origins.serves(port: port)
        }
        let server = SocketServer(
            hub: hub, events: events, url: "ws://127.0.0.1:\(numbers[false] ?? 0)/",
            httpURL: "http://127.0.0.1:\(numbers[true] ?? 0)")
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
        await group.triggerGracefulShutdown()
        try await running
        return try outcome.get()
    }

    func connect(_ token: String = "user-1") async throws -> WebSocketClient {
        try await WebSocketClient.connect(url + "?token=\(token)")
    }

    static func caller(userID: Int, credential: Credential) -> Caller {
        Caller(userID: userID, username: "user\(userID)", role: .user, status: .active, credential: credential)
    }

    @Sendable private static func admission(_ token: String) async throws -> SocketAdmission {
        let parts = token.split(separator: "-")
        guard parts.count >= 2, parts[0] == "user", let id = Int(parts[1]) else { throw Problem.unauthorized }
        let scopes: Set<TokenScope>? = parts.last == "read" ? [.read] : nil
        return SocketAdmission(
            caller: Caller(
                userID: id, username: "user\(id)", role: .user, status: .active, credential: .session(id * 10),
                scopes: scopes),
            expiresAt: parts.last == "soon" ? soon : nil)
    }

    private struct NothingHot: HotAnswers {
        func connection() -> any HotConnection { Nothing() }

        private final class Nothing: HotConnection {
            func answer(_ request: HotRequest) -> HotAnswer? { nil }
            func answersWait(on channel: any Channel) {}
            func answersAreOut() {}
        }
    }
}

/// Sends every message back; tells the test what it is told.
final class EchoHandler: SocketHandler {
    enum Told: Hashable, Sendable {
        case opened(Int)
        case received(String)
        case closed(Int)
    }

    let told: AsyncStream<Told>
    private let teller: AsyncStream<Told>.Continuation

    init() { (told, teller) = AsyncStream.makeStream() }

    func opened(_ socket: any Socket) async { teller.yield(.opened(socket.caller.userID)) }

    func received(_ text: ByteBuffer, from socket: any Socket) async {
        teller.yield(.received(String(buffer: text)))
        socket.send(text)
    }

    func closed(_ socket: any Socket) async { teller.yield(.closed(socket.caller.userID)) }
}
