import Chat
import Foundation
import Logging
import NIOCore
import Platform
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The sockets of the product with nothing behind them: one room, in which every message goes to everybody. Listens on the port that is
/// its only argument, prints `up`, and ends on SIGTERM.
@main
struct ChatBenchmark {
    private static let room = 1

    static func main() async throws {
        guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
            FileHandle.standardError.write(Data("usage: ChatBenchmark PORT\n".utf8))
            exit(2)
        }
        OpenFileLimit.raise()
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        var policy = SocketPolicy()
        // The peers have as much.
        policy.maximumUnsentBytes = 16 << 20
        let hub = SocketHub(policy)
        let accounts = Atomic<Int>(0)
        let sockets = Sockets(
            hub: hub, handler: Publisher(hub: hub), origins: OriginRules(allowed: []), events: EventBus(logger: logger),
            authenticate: { _ in
                SocketAdmission(caller: caller(accounts.wrappingAdd(1, ordering: .relaxed).newValue), expiresAt: nil)
            },
            findCaller: { id, _ in caller(id) }, findLiving: { $0 }, logger: logger)
        let listener = UpgradeListener(
            host: "127.0.0.1", port: port, upgrade: sockets.upgrade, certificates: nil,
            maximumUpgraded: policy.maximumSockets, isOptional: false,
            onRunning: { _ in
                print("up")
                fflush(nil)
            }, logger: logger)
        try await ServiceGroup(
            configuration: .init(
                services: [listener] + sockets.services, gracefulShutdownSignals: [.sigterm], logger: logger)
        ).run()
    }

    private static func caller(_ id: Int) -> Caller {
        Caller(userID: id, username: "user\(id)", role: .user, status: .active, credential: .session(id))
    }

    private struct Publisher: SocketHandler {
        let hub: SocketHub

        func opened(_ socket: any Socket) async { hub.subscribe(socket.id, to: room) }
        func received(_ text: ByteBuffer, from socket: any Socket) async {
            hub.publish(text, to: room, importance: .kept)
        }
        func closed(_ socket: any Socket) async {}
    }
}
