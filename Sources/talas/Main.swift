import ArgumentParser
import Dispatch
import Foundation
import NIOCore
import Platform

/// The program: `talas serve` and its tools.
@main
struct Talas: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "talas",
        abstract: "A media server and community platform for people who make audio.",
        subcommands: [
            Serve.self, Migrate.self, User.self, Probe.self, Waveform.self, Transcode.self, Import.self,
            MediaCore.self, Doctor.self, CollectGarbage.self, OpenAPI.self, MediaWorker.self,
        ])

    /// Exit codes: 0 done, 1 failed, 2 wrong usage; every error is one sentence on standard error.
    static func main() {
        // A reader that went away is an error of one write, not the end of the server.
        signal(SIGPIPE, SIG_IGN)
        // Here, on the first thread and before there is another: what follows belongs to threads one by one.
        let command = try? parseAsRoot()
        (command as? MediaWorker)?.enterSandbox()
        if command is any ActsOnInstallation {
            do { try RunningUser.replaceRoot(Settings(environment: ProcessInfo.processInfo.environment)) } catch {
                finish(error)
            }
        }
        // Loops that share a processor wait for each other's time slices.
        NIOSingletons.groupLoopCountSuggestion = Processors.available
        Task { await run() }
        dispatchMain()
    }

    private static func run() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            LogOutput.standardError.flush()
            Foundation.exit(0)
        } catch {
            LogOutput.standardError.flush()
            finish(error)
        }
    }

    private static func finish(_ error: any Error) -> Never {
        if let failure = error as? Failure {
            FileHandle.standardError.write(Data("talas: \(failure.description)\n".utf8))
            Foundation.exit(failure.isWrongUsage ? 2 : 1)
        }
        switch exitCode(for: error) {
        case .success:
            print(fullMessage(for: error))
            Foundation.exit(0)
        case .validationFailure:
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        default:
            FileHandle.standardError.write(Data("talas: \(Failure.sentence(of: error))\n".utf8))
            Foundation.exit(1)
        }
    }
}
