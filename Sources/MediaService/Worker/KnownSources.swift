internal import Media
internal import Synchronization

/// Sources of renditions that a worker was handed: its packet index is sent once, not with each segment.
final class KnownSources: Sendable {
    /// Memory for packet indexes.
    private static let capacityBytes = 64 << 20
    /// Least cost of one, so that their open files are bounded as well.
    private static let minimumBytes = 1 << 20

    struct Known: Sendable {
        /// Kept open for as long as the source is known.
        let file: GivenFile
        let rendition: RenditionSource
    }

    private let cache = Mutex(SieveCache<String, Known>(capacity: capacityBytes))

    /// The source of a request: as handed over with it, or with an earlier one.
    /// - Throws: ``UnknownSource`` when it has to be handed over again; codes of `PacketIndex` and `RenditionSource`.
    func source(of request: Talas_Media_V1_EncodeSegmentRequest, _ inbox: DescriptorInbox) throws -> Known {
        let name = request.source.blob
        guard request.source.descriptor != 0 else {
            guard let known = cache.withLock({ $0.value(name) }) else { throw UnknownSource() }
            return known
        }
        let file = try inbox.take(request.source.descriptor)
        let index = try PacketIndex(serialised: Array(request.packetIndex))
        let source = try RenditionSource(
            path: file.path, packetIndex: index, sampleRate: index.sampleRate, channels: Int(request.channels),
            sampleCount: index.sampleCount)
        let known = Known(file: file, rendition: source)
        cache.withLock { _ = $0.insert(known, for: name, cost: max(Self.minimumBytes, index.count * 24)) }
        return known
    }
}
