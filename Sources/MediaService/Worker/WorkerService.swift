internal import CWorker
internal import Foundation
internal import GRPCCore
internal import Media
internal import NIOPosix
internal import Synchronization
internal import SwiftProtobuf

/// The server side of `talas.media.v1.Media` in a worker: one task at a time, on one thread.
struct WorkerService: Talas_Media_V1_Media.SimpleServiceProtocol {
    let thread: NIOThreadPool
    let inbox: DescriptorInbox
    /// Nil where libmagic has no table.
    let detector: FileTypeDetector?
    /// Processor time that a picture may take.
    private static let pictureSeconds: UInt32 = 30
    /// And a look at the beginning of a file, which takes milliseconds.
    private static let typeSeconds: UInt32 = 10

    private let sources = KnownSources()
    private let codecs = OwnCodecs()
    private let fault = WorkerFault.ofThisProcess

    init(thread: NIOThreadPool, inbox: DescriptorInbox, detector: FileTypeDetector?) {
        self.thread = thread
        self.detector = detector
        self.inbox = inbox
    }

    func probe(
        request: Talas_Media_V1_ProbeRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_ProbeResponse {
        let probe = try await perform(request.source) { file in try Probe.file(file.path) }
        return try .with { $0.probePlist = try Coding.bytes(probe) }
    }

    func ingest(
        request: Talas_Media_V1_IngestRequest, response: RPCWriter<Talas_Media_V1_IngestResponse>,
        context: ServerContext
    ) async throws {
        let (fractions, progress) = AsyncStream<Double>.makeStream(bufferingPolicy: .bufferingNewest(1))
        async let result = progress.finishing {
            try await perform(request.source) { file in
                try Coding.bytes(try Ingest.file(file.path, progress: { progress.yield($0) }))
            }
        }
        for await fraction in fractions { try await response.write(.with { $0.progress = fraction }) }
        for piece in Pieces(of: try await result) {
            try await response.write(.with { $0.resultPlistPiece = piece })
        }
    }

    func encodeSegment(
        request: Talas_Media_V1_EncodeSegmentRequest, response: RPCWriter<Talas_Media_V1_Piece>,
        context: ServerContext
    ) async throws {
        let (pieces, piece) = AsyncStream<[UInt8]>.makeStream()
        async let done: Void = piece.finishing {
            try await work(request.source) {
                let source = try sources.source(of: request, inbox)
                guard try request.behaviour.isEmpty || codecs.behaviour() == request.behaviour else {
                    throw MediaError.otherBehaviour
                }
                let layout = try Coding.value(RenditionLayout.self, from: request.layoutPlist)
                guard (0..<layout.requestCount).contains(request.index) else {
                    throw MediaError(code: .invalidOption, message: "The rendition has no such segment.")
                }
                let segment = SegmentRequest(source: source.rendition, layout: layout, index: request.index)
                try segment.make { bytes throws(MediaError) in piece.yield(bytes) }
            }
        }
        for await bytes in pieces { try await response.write(.with { $0.bytes = Data(bytes) }) }
        try await done
    }

    func waveform(
        request: Talas_Media_V1_WaveformRequest, response: RPCWriter<Talas_Media_V1_Piece>, context: ServerContext
    ) async throws {
        let bytes = try await perform(request.source) { file in
            Data(try Waveform.file(file.path, samplesPerPixel: Int(request.samplesPerPixel)).serialised())
        }
        for piece in Pieces(of: bytes) { try await response.write(.with { $0.bytes = piece }) }
    }

    func image(
        request: Talas_Media_V1_ImageRequest, response: RPCWriter<Talas_Media_V1_Piece>, context: ServerContext
    ) async throws {
        let bytes = try await work(.with { $0.cpuSeconds = Self.pictureSeconds }) {
            let shape = try Coding.value(PictureShape.self, from: request.shapePlist)
            return Data(try Picture.jpeg(Array(request.picture), shape))
        }
        for piece in Pieces(of: bytes) { try await response.write(.with { $0.bytes = piece }) }
    }

    func mediaType(
        request: Talas_Media_V1_MediaTypeRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_MediaTypeResponse {
        let type = try await work(.with { $0.cpuSeconds = Self.typeSeconds }) {
            guard let detector else { throw MediaError(code: .io, message: FileTypeDetector.Unavailable().description) }
            return detector.mediaType(of: Array(request.beginning))
        }
        return .with { $0.mediaType = type ?? "" }
    }

    func behaviour(
        request: Talas_Media_V1_BehaviourRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_BehaviourResponse {
        let digest = try await work(.with { $0.cpuSeconds = 60 }) {
            try codecs.behaviour()
        }
        return .with { $0.digest = digest }
    }

    func sandbox(
        request: Talas_Media_V1_SandboxRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_SandboxResponse {
        let report = Sandbox.report()
        return .with {
            $0.active = report.active
            $0.missing = report.missing
        }
    }

    /// Runs a task on the file that was handed over for it.
    func perform<Value: Sendable>(
        _ source: Talas_Media_V1_Source, _ body: @escaping @Sendable (GivenFile) throws -> Value
    ) async throws -> Value {
        try await work(source) { try body(try inbox.take(source.descriptor)) }
    }

    /// Runs a task on the one thread, with the processor time it is allowed: beyond it the kernel ends the process.
    func work<Value: Sendable>(
        _ source: Talas_Media_V1_Source, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await thread.runIfActive {
                let end = talas_processor_seconds() + UInt64(source.cpuSeconds)
                _ = talas_limit_processor_time(min(end, Sandbox.lifetimeSeconds), Sandbox.lifetimeSeconds)
                fault?.happen(to: source.blob)
                return try body()
            }
        } catch {
            throw RPCError.translating(error)
        }
    }
}
