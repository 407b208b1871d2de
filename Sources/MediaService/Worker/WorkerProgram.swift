internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import Media
internal import NIOPosix

/// What a worker process does from its start to its end: `talas media-worker`.
package enum WorkerProgram {
    /// What the supervisor hands over: a listening Unix socket, and one on which files come.
    static let listener: Int32 = 3
    static let channel: Int32 = 4
    /// A packet index of a long recording is the largest message.
    static let maximumRequestBytes = 256 << 20

    /// Gives up what a worker does not need: on the first thread, while there is no other.
    ///
    /// - Parameters:
    ///   - parent: process that started this one.
    ///   - memoryBytes: address space beyond that of the program itself.
    package static func enterSandbox(parent: Int32, memoryBytes: UInt64) {
        Sandbox.enter(parent: parent, memoryBytes: memoryBytes)
    }

    /// Answers calls until it is killed.
    /// - Parameter features: instructions that FFmpeg's code may use; nil for all that the processor has.
    package static func run(features: ProcessorFeatures?) async throws {
        // Its table is a file: to be read while there are files.
        let detector = try? FileTypeDetector()
        Sandbox.close()
        features?.use()
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(
                listeningSocketDescriptor: Int(listener), transportSecurity: .plaintext,
                config: .defaults { config in config.rpc.maxRequestPayloadSize = maximumRequestBytes },
                eventLoopGroup: loops),
            services: [WorkerService(thread: thread, inbox: DescriptorInbox(socket: channel), detector: detector)])
        try await server.serve()
    }
}
