internal import Media
internal import NIOPosix
internal import Synchronization

/// What a media node has learnt of the sources in the shared storage.
final class NodeSources: Sendable {
    /// Memory for packet indexes.
    private static let capacityBytes = 64 << 20

    private let store: BlobStore
    private let files: NIOThreadPool
    private let work: any MediaWork
    private let cache = Mutex(SieveCache<BlobID, RenditionSource>(capacity: capacityBytes))

    init(store: BlobStore, files: NIOThreadPool, work: any MediaWork) {
        self.store = store
        self.files = files
        self.work = work
    }

    /// A source as ingest left it; read in again where what it left is lost.
    func source(of blob: BlobID, channels: Int) async throws -> RenditionSource {
        if let source = cache.withLock({ $0.value(blob) }) { return source }
        let store = store
        let stored = try await files.runIfActive { () throws(MediaError) -> PacketIndex? in
            try store.readDerived(.packetIndex, of: blob).flatMap { bytes in try? PacketIndex(serialised: bytes) }
        }
        let index = if let stored { stored } else { try await work.ingest(blob) { _ in }.packetIndex }
        let source = try await files.runIfActive { () throws(MediaError) -> RenditionSource in
            try RenditionSource(
                path: store.path(of: blob), packetIndex: index, sampleRate: index.sampleRate, channels: channels,
                sampleCount: index.sampleCount)
        }
        cache.withLock { _ = $0.insert(source, for: blob, cost: index.count * 24 + 1_024) }
        return source
    }
}
