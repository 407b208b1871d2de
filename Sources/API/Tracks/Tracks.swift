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
        package var segmentMemoryBytes: Int

        package init(
            maximumTrackBytes: Int, quotaBytes: Int, minimumFreeBytes: Int?, workers: Int, segmentMemoryBytes: Int
        ) {
            self.maximumTrackBytes = maximumTrackBytes
            self.quotaBytes = quotaBytes
            self.minimumFreeBytes = minimumFreeBytes
            self.workers = workers
            self.segmentMemoryBytes = segmentMemoryBytes
        }
    }

    /// Takes files in from the server's own disk.
    package let imports: TrackImport

    /// Signs the URLs of tracks in responses.
    let access: MediaAccess
    private let trackRoutes: TrackRoutes
    private let coverRoutes: CoverRoutes
    private let lyricsRoutes: LyricsRoutes
    private let playRoutes: PlayRoutes
    private let tusRoutes: TusRoutes
    private let tagRoutes: TagRoutes
    private let streamRoutes: StreamRoutes
    private let hlsRoutes: HLSRoutes
    private let waveformRoutes: WaveformRoutes
    private let cacheRoutes: SegmentCacheRoutes
    /// Answers from memory, ahead of the routes.
    package let hot: HotMedia
    /// What codecs do that renditions are made with.
    package let behaviour: ActiveBehaviour
    private let live: LiveResponses
    private let collection: GarbageCollectionService
    private let ingest: IngestService

    /// - Parameters:
    ///   - store: where content is kept.
    ///   - files: a running pool for whatever waits for the disk.
    ///   - work: decodes and encodes.
    ///   - kept: the segments of renditions on disk, if they are to be kept.
    ///   - signer: of media URLs.
    ///   - findCaller: the live account behind a credential, or a ``Problem``.
    ///   - findLiving: those of some credentials that are alive.
    ///   - node: this server's lasting name, by which it finds the work it left behind when it was killed.
    package init(
        database: Database, store: BlobStore, files: NIOThreadPool, work: any MediaWork, events: EventBus,
        kept: SegmentFiles?, signer: URLSigner,
        findCaller: @escaping MediaAccess.FindCaller, findLiving: @escaping ListeningPermits.FindLiving,
        policy: Policy, node: String, logger: Logger
    ) {
        let tracks = TrackStore(database: database)
        let references = BlobReferences(database: database, store: store, threads: files)
        let service = TrackService(store: tracks, references: references, bus: events, quotaBytes: policy.quotaBytes)
        let access = MediaAccess(tracks: tracks, signer: signer, findCaller: findCaller)
        self.access = access
        let live = LiveResponses(tracks: tracks, findCaller: findCaller, logger: logger)
        let free = policy.minimumFreeBytes ?? DiskSpace.defaultMinimumFreeBytes(of: store.directory)
        let uploads = TrackUpload(
            service: service, store: store, threads: files, work: work,
            limits: .init(maximumBytes: policy.maximumTrackBytes, minimumFreeBytes: free))
        trackRoutes = TrackRoutes(
            service: service, uploads: uploads, access: access,
            similar: SimilarTracks(
                store: FingerprintStore(database: database), threads: NIOThreadPool.singleton))
        coverRoutes = CoverRoutes(
            service: service, access: access, room: CoverRoom(store: store, threads: files, work: work))
        lyricsRoutes = LyricsRoutes(service: service, store: LyricsStore(database: database))
        playRoutes = PlayRoutes(service: service, plays: PlayStore(database: database), access: access)
        tusRoutes = TusRoutes(
            uploads: ResumableUploads(uploads: uploads, store: UploadStore(database: database)),
            maximumBytes: policy.maximumTrackBytes)
        imports = TrackImport(uploads)
        tagRoutes = TagRoutes(tags: TagStore(database: database))
        behaviour = ActiveBehaviour(
            store: BehaviourStore(database: database), work: work, events: events, logger: logger)
        let renditions = RenditionRoom(
            store: store, files: files, work: work, behaviour: behaviour, workers: policy.workers,
            memoryBytes: policy.segmentMemoryBytes, kept: kept)
        hot = HotMedia(
            signer: signer,
            permits: ListeningPermits(tracks: tracks, findLiving: findLiving, events: events, logger: logger),
            live: live, chunks: StoredChunks(capacityBytes: policy.segmentMemoryBytes / 2))
        streamRoutes = StreamRoutes(
            tracks: tracks, access: access, reader: FileReader(store: store, threads: files), renditions: renditions,
            live: live, hot: hot)
        hlsRoutes = HLSRoutes(access: access, renditions: renditions, live: live)
        cacheRoutes = SegmentCacheRoutes(renditions: renditions)
        waveformRoutes = WaveformRoutes(
            access: access,
            drawing: WaveformDrawingRoom(
                store: store, threads: NIOThreadPool.singleton, work: work,
                maximumDecodes: max(4, policy.workers * 2)))
        self.live = live
        collection = GarbageCollectionService(
            collector: GarbageCollector(references: references), share: StorageShare(directory: store.directory),
            logger: logger)
        ingest = IngestService(
            queue: IngestQueue(database: database, node: node), references: references, work: work, bus: events,
            workers: policy.workers, logger: logger)
    }

    /// Routes below `/api/v1`.
    package var routes: [RouteCollection<AppContext>] {
        [
            trackRoutes.routes, coverRoutes.routes, lyricsRoutes.routes, playRoutes.routes, tagRoutes.routes,
            streamRoutes.routes, hlsRoutes.routes, cacheRoutes.routes,
        ]
    }

    /// Routes at the root.
    package var rootRoutes: [RouteCollection<AppContext>] {
        [streamRoutes.rootRoutes, waveformRoutes.rootRoutes, tusRoutes.rootRoutes]
    }

    /// What a node that answers requests for media runs beside them.
    package var services: [any Service] { [live, hot.permits, behaviour] }

    /// What one node or more has to run: the work on the queue, and the collection of garbage.
    package var workerServices: [any Service] { [ingest, collection] }
}
