import ArgumentParser
import Media
import MediaService

/// What the server starts to decode and encode in; nobody else has a use for it.
struct MediaWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media-worker", abstract: "Decode and encode for the server that started this.",
        shouldDisplay: false)

    @Option(help: "Process that started this one.")
    var parent: Int32

    @Option(help: "Bytes of memory beyond those of the program.")
    var memory: UInt64

    @Option(help: "Instructions that FFmpeg's code may use, as its -cpuflags takes them.")
    var cpuFlags: String?

    /// To be called on the process's first thread while it is the only one.
    func enterSandbox() { WorkerProgram.enterSandbox(parent: parent, memoryBytes: memory) }

    func run() async throws { try await WorkerProgram.run(features: cpuFlags.flatMap(ProcessorFeatures.init)) }
}
