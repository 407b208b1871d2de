package import Foundation
import Synchronization
import Testing

/// The program as a child process.
///
/// `@unchecked Sendable`: `Process` is only started in `init`; afterwards only its thread-safe signals are used.
package final class ServerProcess: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private let text = Mutex("")
    private let socketAddress = Mutex("")
    private let lines = AsyncStream<String>.makeStream()
    private let ended = AsyncStream<Int32>.makeStream()

    /// - Parameters:
    ///   - arguments: what follows `talas`.
    ///   - environment: the whole environment.
    package init(arguments: [String], environment: [String: String]) throws {
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = Program.withFolders(environment)
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { [ended] process in
            ended.continuation.yield(process.terminationStatus)
            ended.continuation.finish()
        }
        errors.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.text.withLock { $0 += String(decoding: data, as: UTF8.self) }
        }
        let partial = Mutex("")
        output.fileHandleForReading.readabilityHandler = { [lines] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                return lines.continuation.finish()
            }
            let whole = partial.withLock { rest in
                var parts = (rest + String(decoding: data, as: UTF8.self)).components(separatedBy: "\n")
                rest = parts.removeLast()
                return parts
            }
            for line in whole { lines.continuation.yield(line) }
        }
        try process.run()
    }

    /// `talas` as built beside the tests.
    package static let executable: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "talas")
            if FileManager.default.isExecutableFile(atPath: candidate.path), !isDirectory(candidate) {
                return candidate
            }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: ".build/debug/talas")
    }()

    private static func isDirectory(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// Where it listens for WebSockets, once it is ready; empty where it does not.
    package var socketURL: String { socketAddress.withLock { $0 } }
    package var processIdentifier: Int32 { process.processIdentifier }
    /// What it wrote to standard error so far.
    package var standardError: String { text.withLock { $0 } }

    /// Waits for the line that says where it listens.
    package func readyURL() async throws -> String {
        for await line in lines.stream {
            if let start = line.range(of: "http://") ?? line.range(of: "https://"), line.contains("ready") {
                if let sockets = line.range(of: "ws://") ?? line.range(of: "wss://") {
                    socketAddress.withLock { $0 = String(line[sockets.lowerBound...].prefix { !$0.isWhitespace }) }
                }
                return String(line[start.lowerBound...].prefix { !$0.isWhitespace })
            }
        }
        throw TestFailure("talas ended before it was ready: \(standardError)")
    }

    /// Asks it to end and waits until it has. One that does not is a failure, and is ended without being asked.
    @discardableResult package func end() async -> Int32 {
        if process.isRunning { kill(process.processIdentifier, SIGTERM) }
        do {
            return try await bounded("The end of talas after SIGTERM", state: { self.standardError }) {
                await self.waitForEnd()
            }
        } catch {
            Issue.record(error)
            kill(process.processIdentifier, SIGKILL)
            return -1
        }
    }

    /// Ends it without any chance to tidy up, and waits until it is gone.
    package func killAtOnce() async {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        await waitForEnd()
    }

    /// Its exit status, when it has ended.
    @discardableResult package func waitForEnd() async -> Int32 {
        for await status in ended.stream { return status }
        return process.isRunning ? -1 : process.terminationStatus
    }
}
