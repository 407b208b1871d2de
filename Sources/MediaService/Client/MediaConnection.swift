internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Media
internal import SwiftProtobuf

/// The calls of `talas.media.v1` in Media's own values, over one connection: to a worker, or to a media node.
struct MediaConnection: Sendable {
    typealias Source = Talas_Media_V1_Source

    /// Bytes under way to us at a time: more than a segment has.
    static let windowBytes = 4 << 20
    /// Most bytes of an answer that comes in pieces; a day of stereo has a waveform of 180 MB.
    private static let maximumAnswerBytes = 512 << 20

    private let client: Talas_Media_V1_Media.Client<HTTP2ClientTransport.Posix>

    init(_ client: GRPCClient<HTTP2ClientTransport.Posix>) {
        self.client = Talas_Media_V1_Media.Client(wrapping: client)
    }

    func probe(_ source: Source) async throws -> Probe {
        let response = try await client.probe(.with { $0.source = source })
        return try Self.decode { try Coding.value(Probe.self, from: response.probePlist) }
    }

    func ingest(_ source: Source, progress: @escaping @Sendable (Double) -> Void) async throws -> IngestResult {
        let bytes = try await client.ingest(.with { $0.source = source }) { response in
            var bytes = Data()
            for try await message in response.messages {
                switch message.event {
                case .progress(let fraction): progress(fraction)
                case .resultPlistPiece(let piece): try Self.append(piece, to: &bytes)
                case nil: break
                }
            }
            return bytes
        }
        return try Self.decode { try Coding.value(IngestResult.self, from: bytes) }
    }

    /// - Parameters:
    ///   - packetIndex: empty where the other side has it.
    func encode(
        _ segment: SegmentRequest, _ source: Source, packetIndex: [UInt8],
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        let request = try Talas_Media_V1_EncodeSegmentRequest.with {
            $0.source = source
            $0.packetIndex = Data(packetIndex)
            $0.channels = UInt32(segment.source.channels)
            $0.layoutPlist = try Coding.bytes(segment.layout.withoutHeader)
            $0.index = segment.index
            $0.behaviour = segment.behaviour ?? ""
        }
        try await client.encodeSegment(request) { response in
            for try await piece in response.messages { try take(Array(piece.bytes)) }
        }
    }

    /// - Parameter take: given the next bytes when the last were taken.
    func transcode(
        _ source: Source, as wish: Transcoder.Wish, take: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        let request = Talas_Media_V1_TranscodeRequest.with {
            $0.source = source
            $0.format = wish.format.rawValue
            $0.bitrateKilobits = UInt32(wish.kilobits ?? 0)
        }
        try await client.transcode(request) { response in
            for try await piece in response.messages { try await take(Array(piece.bytes)) }
        }
    }

    func waveform(_ source: Source, samplesPerPixel: Int) async throws -> WaveformPyramid {
        let request = Talas_Media_V1_WaveformRequest.with {
            $0.source = source
            $0.samplesPerPixel = UInt32(samplesPerPixel)
        }
        let bytes = try await client.waveform(request) { response in
            var bytes = Data()
            for try await piece in response.messages { try Self.append(piece.bytes, to: &bytes) }
            return bytes
        }
        return try Self.decode { try WaveformPyramid(serialised: Array(bytes)) }
    }

    func jpeg(_ picture: [UInt8], _ shape: PictureShape) async throws -> [UInt8] {
        let request = try Talas_Media_V1_ImageRequest.with {
            $0.picture = Data(picture)
            $0.shapePlist = try Coding.bytes(shape)
        }
        return try await client.image(request) { response in
            var bytes = Data()
            for try await piece in response.messages { try Self.append(piece.bytes, to: &bytes) }
            return Array(bytes)
        }
    }

    func mediaType(of beginning: [UInt8]) async throws -> String? {
        let type = try await client.mediaType(.with { $0.beginning = Data(beginning) }).mediaType
        return type.isEmpty ? nil : type
    }

    func behaviour() async throws -> String { try await client.behaviour(.init()).digest }

    func sandbox() async throws -> SandboxReport {
        let response = try await client.sandbox(.init())
        return SandboxReport(active: response.active, missing: response.missing)
    }

    private static func append(_ piece: Data, to bytes: inout Data) throws {
        guard bytes.count + piece.count <= maximumAnswerBytes else { throw nonsense }
        bytes.append(piece)
    }

    /// What a worker answers is not to be trusted more than the file it had in hand.
    private static func decode<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw nonsense }
    }

    private static let nonsense = RPCError(code: .dataLoss, message: "A worker's answer cannot be read.")
}

extension RPCError {
    /// Whether a worker has to be handed the source of a segment again.
    var isUnknownSource: Bool { code == .notFound }
}
