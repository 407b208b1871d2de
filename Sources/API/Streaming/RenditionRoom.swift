import HTTPTypes
import Crypto
package import Media
import NIOCore
package import NIOPosix
import Platform
import Synchronization

/// Makes renditions: knows their sources, keeps their segments in memory, and encodes what is missing on threads of its
/// own, each segment once however many ask for it.
package final class RenditionRoom: Sendable {
    /// Segments that may wait for each thread, at about a tenth of a second each.
    private static let waitingPerWorker = 32
    /// Bytes of packet indexes that are held.
    private static let indexBytes = 64 << 20

    private let store: BlobStore
    private let files: NIOThreadPool
    private let encoders: NIOThreadPool
    private let segments: SegmentSource<ByteBuffer>
    private let sources = Mutex(SieveCache<BlobID, RenditionSource>(capacity: indexBytes))
    private let behaviour = Mutex<Task<String, any Error>?>(nil)

    /// - Parameters:
    ///   - files: a running pool for what waits for the disk.
    ///   - encoders: a running pool of `workers` threads.
    ///   - cacheBytes: of segments in memory.
    package init(
        store: BlobStore, files: NIOThreadPool, encoders: NIOThreadPool, workers: Int, cacheBytes: Int
    ) {
        self.store = store
        self.files = files
        self.encoders = encoders
        segments = SegmentSource(
            capacityBytes: cacheBytes, workers: workers, maximumWaiting: workers * Self.waitingPerWorker,
            cost: { $0.storageCapacity }, report: SegmentMetrics().record)
    }

    /// A rendition of a track that is ready, and how HTTP knows it. Encodes nothing of it.
    func open(_ rendition: Rendition, of track: Track) async throws -> (MediaRepresentation, RenditionContent) {
        let source = try await source(of: track)
        let identity = "\(track.source.blob)-\(rendition)"
        let layout = RenditionLayout(
            rendition, sampleRate: source.sampleRate,
            sampleCount: rendition.codec == .wav ? source.sampleCount : source.resampledCount,
            tags: RenditionTags(
                title: track.metadata.title, artist: track.metadata.artist ?? track.username,
                album: track.metadata.album),
            identity: identity)
        var digest = SHA256()
        digest.update(data: Array("\(identity)-\(try await behaviourDigest())".utf8))
        // Tags are part of it, and may change.
        digest.update(data: layout.header)
        let tag = digest.finalize().prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        let representation = MediaRepresentation(
            etag: "\"\(tag.joined())\"", size: layout.size, contentType: rendition.codec.mediaType,
            lastModified: track.updatedAt, name: track.metadata.title, fileExtension: rendition.codec.fileExtension)
        return (
            representation, RenditionContent(layout: layout, source: source, blob: track.source.blob, room: self)
        )
    }

    /// The bytes of a segment; 503 when too many wait for theirs and the answer has not begun.
    func segment(_ index: Int64, of content: RenditionContent, hasBegun: Bool) async throws -> ByteBuffer {
        do {
            return try await segments.segment(
                key(index, content), isAdmitted: hasBegun, make: make(index, content))
        } catch is SegmentSource<ByteBuffer>.Busy {
            throw Problem(
                .serviceUnavailable, code: "media_busy", "Too much is being encoded right now: try again in a moment.",
                retryAfterSeconds: 2)
        } catch let error as MediaError {
            throw Problem(.internalServerError, code: "rendition_failed", error.message)
        }
    }

    /// The bytes of a segment, if they are in memory: waits for nothing.
    func segmentInMemory(_ index: Int64, of content: RenditionContent) -> ByteBuffer? {
        segments.cached(key(index, content))
    }

    /// Has a segment made that comes next, if there is one.
    func readAhead(_ index: Int64, of content: RenditionContent) {
        guard index < content.layout.segmentCount else { return }
        segments.readAhead(key(index, content), make: make(index, content))
    }

    private func key(_ index: Int64, _ content: RenditionContent) -> SegmentKey {
        SegmentKey(source: content.blob, rendition: content.layout.rendition, index: index)
    }

    private func make(_ index: Int64, _ content: RenditionContent) -> SegmentSource<ByteBuffer>.Make {
        let encoders = encoders
        return {
            try await encoders.runIfActive {
                let request = SegmentRequest(source: content.source, layout: content.layout, index: index)
                var bytes = ByteBuffer()
                bytes.reserveCapacity(content.layout.bytes(ofSegment: index).count)
                try request.make { piece throws(MediaError) in bytes.writeBytes(piece) }
                return bytes
            }
        }
    }

    private func source(of track: Track) async throws -> RenditionSource {
        let blob = track.source.blob
        if let source = sources.withLock({ $0.value(blob) }) { return source }
        let (store, channels) = (store, track.source.channels)
        let stored = try await files.runIfActive { () throws(MediaError) -> PacketIndex? in
            try store.readDerived(.packetIndex, of: blob).flatMap { bytes in try? PacketIndex(serialised: bytes) }
        }
        // A lost or damaged one is made again.
        let index: PacketIndex
        if let stored {
            index = stored
        } else {
            index = try await encoders.runIfActive { () throws(MediaError) -> PacketIndex in
                let index = try Ingest.file(store.path(of: blob)).packetIndex
                try store.writeDerived(index.serialised(), .packetIndex, of: blob)
                return index
            }
        }
        let source = try await files.runIfActive { () throws(MediaError) -> RenditionSource in
            try RenditionSource(
                path: store.path(of: blob), packetIndex: index, sampleRate: index.sampleRate, channels: channels,
                sampleCount: index.sampleCount)
        }
        let bytes = index.count * 24 + 1_024
        sources.withLock { _ = $0.insert(source, for: blob, cost: bytes) }
        return source
    }

    /// Found out once, by the first who asks.
    private func behaviourDigest() async throws -> String {
        let task = behaviour.withLock { task in
            if let task { return task }
            let (encoders, directory) = (encoders, store.directory + "/tmp")
            // Shared by all who ask meanwhile, whoever of them leaves.
            let new = Task { try await encoders.runIfActive { try BehaviourDigest.compute(in: directory) } }
            task = new
            return new
        }
        do {
            return try await task.value
        } catch {
            behaviour.withLock { $0 = nil }
            throw error
        }
    }
}
