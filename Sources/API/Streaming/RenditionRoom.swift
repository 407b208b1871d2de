import HTTPTypes
import Crypto
package import Media
import NIOCore
package import NIOPosix
import Platform
import Synchronization

/// Makes renditions: knows their sources, keeps their segments in memory and on disk, and encodes what is missing on threads
/// of its own, each segment once however many ask for it.
package final class RenditionRoom: Sendable {
    /// Segments that may wait for each thread, at a twentieth to a tenth of a second each.
    private static let waitingPerWorker = 32
    /// Bytes of packet indexes that are held.
    private static let indexBytes = 64 << 20

    private let store: BlobStore
    private let files: NIOThreadPool
    private let work: any MediaWork
    private let segments: SegmentSource
    private let counts = SegmentCounts()
    private let sources = Mutex(SieveCache<BlobID, RenditionSource>(capacity: indexBytes))
    private let flac: FLACTables
    private let behaviour: ActiveBehaviour

    /// - Parameters:
    ///   - files: a running pool for what waits for the disk.
    ///   - work: decodes and encodes; as many segments at a time as there are `workers`.
    ///   - behaviour: what the codecs have to do.
    ///   - memoryBytes: of segments in memory.
    ///   - kept: the tier of segments on disk, if there is one.
    ///   - patience: how long a request waits for a FLAC, which has to be made whole before its first byte.
    package init(
        store: BlobStore, files: NIOThreadPool, work: any MediaWork, behaviour: ActiveBehaviour, workers: Int,
        memoryBytes: Int, kept: SegmentFiles?, patience: Duration = .seconds(10)
    ) {
        self.store = store
        self.files = files
        self.work = work
        self.behaviour = behaviour
        flac = FLACTables(store: store, files: files, workers: workers, patience: patience)
        let (metrics, counts) = (SegmentMetrics(), counts)
        segments = SegmentSource(
            memoryBytes: memoryBytes, files: kept, workers: workers, maximumWaiting: workers * Self.waitingPerWorker
        ) { event in
            metrics.record(event)
            counts.record(event)
        }
    }

    /// A rendition of a track that is ready, and how HTTP knows it. Encodes nothing of it, unless it is a FLAC that was
    /// never made.
    /// - Parameter account: who listens.
    func open(
        _ rendition: Rendition, of track: Track, for account: Int
    ) async throws -> (MediaRepresentation, RenditionContent) {
        let source = try await source(of: track)
        let behaviour = try await behaviour.digest()
        let identity = "\(track.source.blob)-\(rendition)"
        let layout = RenditionLayout(
            rendition, sampleRate: source.sampleRate,
            sampleCount: rendition.codec.keepsSampleRate ? source.sampleCount : source.resampledCount,
            tags: RenditionTags(
                title: track.metadata.title, artist: track.metadata.artist ?? track.username,
                album: track.metadata.album),
            identity: identity, flac: try await flacTable(rendition, behaviour, source, track.source.blob, account))
        var digest = SHA256()
        digest.update(data: Array("\(identity)-\(behaviour)".utf8))
        // Tags are part of it, and may change.
        digest.update(data: layout.header)
        let tag = digest.finalize().prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        let representation = MediaRepresentation(
            etag: "\"\(tag.joined())\"", size: layout.size, contentType: rendition.codec.mediaType,
            lastModified: track.updatedAt, name: track.metadata.title, fileExtension: rendition.codec.fileExtension)
        let content = RenditionContent(
            layout: layout, source: source, blob: track.source.blob, behaviour: behaviour, account: account, room: self)
        return (representation, content)
    }

    /// The first of the bytes of `range` of a segment; 503 when too many wait for theirs and the answer has not begun.
    func bytes(
        of range: Range<Int>, inSegment index: Int64, of content: RenditionContent, hasBegun: Bool
    ) async throws -> ByteBuffer {
        do {
            return try await segments.bytes(
                of: range, in: key(index, content), account: content.account, isAdmitted: hasBegun,
                make: make(index, content))
        } catch is SegmentSource.Busy {
            throw Problem(
                .serviceUnavailable, code: "media_busy", "Too much is being encoded right now: try again in a moment.",
                retryAfterSeconds: 2)
        } catch let error as MediaError {
            throw Problem(ofRendition: error)
        }
    }

    /// Nil for what is not FLAC.
    private func flacTable(
        _ rendition: Rendition, _ behaviour: String, _ source: RenditionSource, _ blob: BlobID, _ account: Int
    ) async throws -> FLACTable? {
        guard rendition.codec == .flac else { return nil }
        let identity = FLACTables.Identity(blob: blob, rendition: rendition, behaviour: behaviour)
        return try await flac.table(identity, of: source) { [self] index, layout in
            let content = RenditionContent(
                layout: layout, source: source, blob: blob, behaviour: behaviour, account: account, room: self)
            return try await segments.whole(
                key(index, content), account: account, isAdmitted: true, make: make(index, content))
        }
    }

    /// The bytes of a segment, if they are in memory: waits for nothing.
    func segmentInMemory(_ index: Int64, of content: RenditionContent) -> ByteBuffer? {
        segments.cached(key(index, content))
    }

    /// Has a segment made that comes next, if there is one.
    func readAhead(_ index: Int64, of content: RenditionContent) {
        guard index < content.layout.segmentCount else { return }
        segments.readAhead(key(index, content), account: content.account, make: make(index, content))
    }

    /// What the cache holds and has to do.
    var load: SegmentLoad { segments.load }

    /// What has happened in it.
    var happened: SegmentCounts.Values { counts.values }

    /// Forgets every segment that is kept.
    func purge() async throws {
        let segments = segments
        try await files.runIfActive { try segments.removeAll() }
    }

    private func key(_ index: Int64, _ content: RenditionContent) -> SegmentKey {
        SegmentKey(
            source: content.blob, rendition: content.layout.rendition, behaviour: content.behaviour, index: index)
    }

    private func make(_ index: Int64, _ content: RenditionContent) -> SegmentSource.Make {
        let work = work
        let request = SegmentRequest(
            source: content.source, layout: content.layout, index: index, behaviour: content.behaviour)
        let blob = content.blob
        return { take in try await work.encode(request, of: blob, take: take) }
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
            index = try await work.ingest(blob) { _ in }.packetIndex
            try await files.runIfActive { [index] in
                try store.writeDerived(index.serialised(), .packetIndex, of: blob)
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
}
