import Foundation
import Logging
import Media
import MediaService
import NIOPosix
import Platform
import ServiceLifecycle

extension Wiring {
    /// Who decodes and encodes for this node: processes of its own, or media nodes.
    struct Workers {
        /// Tasks at a time that a media node is given for each processor that this machine has.
        private static let tasksPerNode = Processors.available

        let work: any MediaWork
        /// How many segments are encoded, and how many tracks read in, at the same time.
        let workers: Int
        /// What listens for the work of others.
        let nodeServices: [any Service]
        /// Ends what was started.
        let close: @Sendable () -> Void

        init(_ settings: Settings, store: BlobStore, files: NIOThreadPool, logger: Logger) throws {
            let program = try Self.program(settings)
            let secret = settings.mediaSecret.map { NodeSecret($0) }
            switch settings.mediaWorkers {
            case .processes(let count):
                try FileTypeDetector.check()
                var policy = WorkerPolicy(workers: count)
                policy.program = program
                let media = MediaWorkers(
                    store: store, files: files, policy: policy, logger: logger)
                media.prepare()
                (work, workers) = (media, count)
                close = { media.close() }
                if let secret, let address = settings.mediaBindAddress.flatMap(NodeAddress.init) {
                    nodeServices = [
                        MediaNode(
                            address: address, secret: secret, store: store, files: files, work: media, logger: logger)
                    ]
                } else {
                    nodeServices = []
                }
            case .nodes(let nodes):
                guard let secret else { throw Failure("MEDIA_SECRET has to be set to use media nodes.") }
                let media = try RemoteMedia(
                    nodes: nodes.compactMap(NodeAddress.init), secret: secret, logger: logger)
                (work, workers) = (media, nodes.count * Self.tasksPerNode)
                close = { media.close() }
                nodeServices = []
            }
        }

        private static func program(_ settings: Settings) throws -> WorkerPolicy.Program {
            var program = WorkerPolicy.Program()
            guard let text = settings.mediaProcessorFeatures else { return program }
            guard let features = ProcessorFeatures(text) else {
                throw Failure("MEDIA_CPU_FLAGS is \"\(text)\", which FFmpeg does not know on this kind of processor.")
            }
            program.processorFeatures = features
            return program
        }
    }
}
