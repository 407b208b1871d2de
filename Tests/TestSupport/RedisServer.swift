import Foundation
import NIOCore
import NIOPosix

/// A Redis server of a test, which can be killed and started again on its port.
///
/// `@unchecked Sendable`: used by one test, step by step.
package final class RedisServer: @unchecked Sendable {
    private let directory: TemporaryDirectory
    private let port: Int
    private var process: Process?

    package var url: String { "redis://127.0.0.1:\(port)" }

    package init() async throws {
        directory = try TemporaryDirectory()
        // Found free a moment ago; nobody else is likely to take it.
        let probe = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        port = probe.localAddress?.port ?? 0
        try await probe.close()
        try await start()
    }

    /// Returns when it answers.
    package func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        process.arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        let port = port
        try await bounded("The start of redis-server", seconds: 30) {
            while true {
                do {
                    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                        .connect(host: "127.0.0.1", port: port).get()
                    return try await channel.close()
                } catch is NIOConnectionError {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }
    }

    /// Ends it at once.
    package func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    deinit { kill() }
}
