import Foundation
import Logging
import Media
import NIOPosix
import TestSupport
import Testing

@testable import MediaService

/// A store with one recording in it, and workers for it: the program as it is built.
struct Workshop: Sendable {
    let store: BlobStore
    let blob: BlobID
    let files: NIOThreadPool
    let workers: MediaWorkers

    /// Runs `body` and ends the workers.
    /// - Parameter policy: changes what workers are like; is told the recording's name.
    static func run(
        _ fixture: String = "sine-440hz-2s-stereo-48k.flac", workers: Int = 1,
        policy change: (inout WorkerPolicy, BlobID) -> Void = { _, _ in }, _ body: (Workshop) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let store = try BlobStore(directory: directory.path)
        let blob = try keep(try Fixture.data(fixture), in: store)
        var policy = WorkerPolicy(workers: workers)
        policy.program.executable = ServerProcess.executable.path
        change(&policy, blob)
        let files = NIOThreadPool(numberOfThreads: 2)
        files.start()
        let workers = MediaWorkers(store: store, files: files, policy: policy, logger: quiet)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await body(Workshop(store: store, blob: blob, files: files, workers: workers)))
        } catch {
            outcome = .failure(error)
        }
        workers.close()
        try await files.shutdownGracefully()
        try outcome.get()
    }

    /// Stores content as an upload does.
    static func keep(_ bytes: Data, in store: BlobStore) throws -> BlobID {
        let writer = try store.writer()
        try bytes.withUnsafeBytes { buffer in try writer.append(buffer) }
        return try writer.finish().blob
    }

    /// A segment of the recording.
    func segment(_ codec: RenditionCodec, index: Int64 = 0) throws -> SegmentRequest {
        let path = store.path(of: blob)
        let packets = try Ingest.file(path).packetIndex
        let source = try RenditionSource(
            path: path, packetIndex: packets, sampleRate: packets.sampleRate, channels: 2,
            sampleCount: packets.sampleCount)
        let rendition = Rendition(codec: codec, channels: 2)
        let layout = RenditionLayout(
            rendition, sampleRate: source.sampleRate,
            sampleCount: codec == .wav ? source.sampleCount : source.resampledCount,
            tags: RenditionTags(title: "A title"), identity: "identity")
        return SegmentRequest(source: source, layout: layout, index: index)
    }

    /// A segment as a worker makes it.
    func encode(_ segment: SegmentRequest) async throws -> [UInt8] {
        let collected = Collected()
        try await workers.encode(segment, of: blob) { piece in collected.append(piece) }
        return collected.bytes
    }

    static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
}

extension SegmentRequest {
    /// A segment as this process makes it.
    func made() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try make { piece throws(MediaError) in bytes += piece }
        return bytes
    }
}
