internal import Foundation
internal import GRPCCore
internal import Media
internal import NIOPosix
internal import Synchronization
internal import SwiftProtobuf

/// The server side of `talas.media.v1.Media` in a media node: finds sources by their content and passes the work on.
struct NodeService: Talas_Media_V1_Media.SimpleServiceProtocol {
    private let work: any MediaWork
    private let sources: NodeSources

    init(store: BlobStore, files: NIOThreadPool, work: any MediaWork) {
        self.work = work
        sources = NodeSources(store: store, files: files, work: work)
    }

    func probe(
        request: Talas_Media_V1_ProbeRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_ProbeResponse {
        try await translating {
            let probe = try await work.probe(try Self.blob(request.source))
            return try .with { $0.probePlist = try Coding.bytes(probe) }
        }
    }

    func ingest(
        request: Talas_Media_V1_IngestRequest, response: RPCWriter<Talas_Media_V1_IngestResponse>,
        context: ServerContext
    ) async throws {
        try await translating {
            let blob = try Self.blob(request.source)
            let (fractions, progress) = AsyncStream<Double>.makeStream(bufferingPolicy: .bufferingNewest(1))
            async let result = progress.finishing { try await work.ingest(blob) { progress.yield($0) } }
            for await fraction in fractions { try await response.write(.with { $0.progress = fraction }) }
            for piece in Pieces(of: try Coding.bytes(try await result)) {
                try await response.write(.with { $0.resultPlistPiece = piece })
            }
        }
    }

    func encodeSegment(
        request: Talas_Media_V1_EncodeSegmentRequest, response: RPCWriter<Talas_Media_V1_Piece>,
        context: ServerContext
    ) async throws {
        try await translating {
            let blob = try Self.blob(request.source)
            let layout = try Coding.value(RenditionLayout.self, from: request.layoutPlist)
            guard (0..<layout.requestCount).contains(request.index) else {
                throw MediaError(code: .invalidOption, message: "The rendition has no such segment.")
            }
            let segment = SegmentRequest(
                source: try await sources.source(of: blob, channels: Int(request.channels)), layout: layout,
                index: request.index, behaviour: request.behaviour.isEmpty ? nil : request.behaviour)
            let (pieces, piece) = AsyncStream<[UInt8]>.makeStream()
            async let done: Void = piece.finishing {
                try await work.encode(segment, of: blob) { bytes in piece.yield(bytes) }
            }
            for await bytes in pieces { try await response.write(.with { $0.bytes = Data(bytes) }) }
            try await done
        }
    }

    func transcode(
        request: Talas_Media_V1_TranscodeRequest, response: RPCWriter<Talas_Media_V1_Piece>, context: ServerContext
    ) async throws {
        try await translating {
            try await work.transcode(try Self.blob(request.source), as: try Transcoder.Wish(request)) { bytes in
                do {
                    try await response.write(.with { $0.bytes = Data(bytes) })
                } catch {
                    // Whoever asked has gone: no fault of the worker.
                    throw CancellationError()
                }
            }
        }
    }

    func waveform(
        request: Talas_Media_V1_WaveformRequest, response: RPCWriter<Talas_Media_V1_Piece>, context: ServerContext
    ) async throws {
        try await translating {
            let pyramid = try await work.waveform(
                of: try Self.blob(request.source), samplesPerPixel: Int(request.samplesPerPixel))
            for piece in Pieces(of: Data(pyramid.serialised())) {
                try await response.write(.with { $0.bytes = piece })
            }
        }
    }

    func image(
        request: Talas_Media_V1_ImageRequest, response: RPCWriter<Talas_Media_V1_Piece>, context: ServerContext
    ) async throws {
        try await translating {
            let shape = try Coding.value(PictureShape.self, from: request.shapePlist)
            let bytes = Data(try await work.jpeg(Array(request.picture), shape))
            for piece in Pieces(of: bytes) { try await response.write(.with { $0.bytes = piece }) }
        }
    }

    func mediaType(
        request: Talas_Media_V1_MediaTypeRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_MediaTypeResponse {
        try await translating {
            let type = try await work.mediaType(of: Array(request.beginning))
            return .with { $0.mediaType = type ?? "" }
        }
    }

    func behaviour(
        request: Talas_Media_V1_BehaviourRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_BehaviourResponse {
        try await translating {
            // A media node does its work itself, so there is one.
            let digest = try await work.behaviours().min()
            return .with { $0.digest = digest ?? "" }
        }
    }

    func sandbox(
        request: Talas_Media_V1_SandboxRequest, context: ServerContext
    ) async throws -> Talas_Media_V1_SandboxResponse {
        throw RPCError(code: .unimplemented, message: "Ask `talas doctor` on the node itself.")
    }

    private static func blob(_ source: Talas_Media_V1_Source) throws(MediaError) -> BlobID {
        guard let blob = BlobID(rawValue: source.blob) else {
            throw MediaError(code: .invalidOption, message: "A source is named by its SHA-256.")
        }
        return blob
    }

    private func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch { throw RPCError.translating(error) }
    }
}
