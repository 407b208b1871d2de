package import Hummingbird
package import Logging
package import Media
package import NIOPosix
package import Platform
package import Postgres
package import ServiceLifecycle

/// Tracks, their media and their tags, put together.
package struct Tracks: Sendable {
    /// What an operator decides.
    package struct Policy: Sendable {
        /// Largest file in bytes.
        package var maximumTrackBytes: Int
        /// Bytes that an account may store; 0 for any number.
        package var quotaBytes: Int
        /// Bytes of the disk that uploads leave free; nil for 2 GiB or 5 %, whichever is smaller.
        package var minimumFreeBytes: Int?
        /// Tracks decoded at once, and segments encoded at once.
        package var workers: Int
        /// Bytes of memory for segments of renditions.
        package var segmentCacheBytes: Int

        package init(
            maximumTrackBytes: Int, quotaBytes: Int, minimumFreeBytes: Int?, workers: Int, segmentCacheBytes: Int
        ) {
            self.maximumTrackBytes = maximumTrackBytes
            self.quotaBytes = quotaBytes
            self.minimumFreeBytes = minimumFreeBytes
            self.workers = workers
            self.segmentCacheBytes = segmentCacheBytes
        }
    }

    /// Takes files in from the server's own disk.
    package let imports: TrackImport

    private let trackRoutes: TrackRoutes
    private let tagRoutes: TagRoutes
    private let streamRoutes: StreamRoutes
    private let waveformRoutes: WaveformRoutes
    /// Answers from memory, ahead of the routes.
    package let hot: HotMedia
    private let live: LiveResponses
    private let collection: GarbageCollectionService
    private let ingest: IngestService

    /// - Parameters:
    ///   - store: where content is kept.
    ///   - files: a running pool for whatever waits for the disk.
    ///   - encoders: a running pool of as many threads as there are workers.
    ///   - signer: of media URLs.
    ///   - findCaller: the live account behind a credential, or a ``Problem``.
    ///   - findLiving: those of some credentials that are alive.
    ///   - node: this server's lasting name, by which it finds the work it left behind when it was killed.
    package init(
        database: Database, store: BlobStore, files: NIOThreadPool, encoders: NIOThreadPool, events: EventBus,
        signer: URLSigner,
        findCaller: @escaping MediaAccess.FindCaller, findLiving: @escaping ListeningPermits.FindLiving,
        policy: Policy, node: String, logger: Logger
    ) {
        let tracks = TrackStore(database: database)
        let references = BlobReferences(database: database, store: store, threads: files)
        let service = TrackService(store: tracks, references: references, bus: events, quotaBytes: policy.quotaBytes)
        let access = MediaAccess(tracks: tracks, signer: signer, findCaller: findCaller)
        let live = LiveResponses(tracks: tracks, findCaller: findCaller, logger: logger)
        let free = policy.minimumFreeBytes ?? DiskSpace.defaultMinimumFreeBytes(of: store.directory)
        let uploads = TrackUpload(
            service: service, store: store, threads: files,
            limits: .init(maximumBytes: policy.maximumTrackBytes, minimumFreeBytes: free))
        trackRoutes = TrackRoutes(service: service, uploads: uploads, access: access)
        imports = TrackImport(uploads)
        tagRoutes = TagRoutes(tags: TagStore(database: database))
        hot = HotMedia(
            signer: signer,
            permits: ListeningPermits(tracks: tracks, findLiving: findLiving, events: events, logger: logger),
            live: live, chunks: StoredChunks(capacityBytes: policy.segmentCacheBytes / 2))
        streamRoutes = StreamRoutes(
            access: access, reader: FileReader(store: store, threads: files),
            renditions: RenditionRoom(
                store: store, files: files, encoders: encoders, workers: policy.workers,
                cacheBytes: policy.segmentCacheBytes),
            live: live, hot: hot)
        waveformRoutes = WaveformRoutes(
            access: access,
            drawing: WaveformDrawingRoom(
                store: store, threads: NIOThreadPool.singleton, maximumDecodes: max(4, policy.workers * 2)))
        self.live = live
        collection = GarbageCollectionService(
            collector: GarbageCollector(references: references), share: StorageShare(directory: store.directory),
            logger: logger)
        ingest = IngestService(
            queue: IngestQueue(database: database, node: node), store: store, bus: events, workers: policy.workers,
            logger: logger)
    }

    /// Routes below `/api/v1`.
    package var routes: [RouteCollection<AppContext>] { [trackRoutes.routes, tagRoutes.routes, streamRoutes.routes] }

    /// Routes at the root.
    package var rootRoutes: [RouteCollection<AppContext>] { [streamRoutes.rootRoutes, waveformRoutes.rootRoutes] }

    /// What a node that answers requests for media runs beside them.
    package var services: [any Service] { [live, hot.permits] }

    /// What one node or more has to run: the work on the queue, and the collection of garbage.
    package var workerServices: [any Service] { [ingest, collection] }
}
