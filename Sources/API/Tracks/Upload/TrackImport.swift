package import Media
package import NIOPosix
package import Platform
package import Postgres

/// Makes tracks of files that are on the server's own disk already.
package struct TrackImport: Sendable {
    /// What became of a file.
    package enum Outcome: Hashable, Sendable {
        case added(trackID: Int)
        /// The account has this content already.
        case known
    }

    private let uploads: TrackUpload

    init(_ uploads: TrackUpload) { self.uploads = uploads }

    /// An import beside a server, or without one: what it queues, a running server reads in at once.
    package init(
        database: Database, store: BlobStore, threads: NIOThreadPool, work: any MediaWork, events: EventBus,
        policy: Tracks.Policy
    ) {
        let service = TrackService(
            store: TrackStore(database: database),
            references: BlobReferences(database: database, store: store, threads: threads), bus: events,
            quotaBytes: policy.quotaBytes)
        let free = policy.minimumFreeBytes ?? DiskSpace.defaultMinimumFreeBytes(of: store.directory)
        uploads = TrackUpload(
            service: service, store: store, threads: threads, work: work,
            limits: .init(maximumBytes: policy.maximumTrackBytes, minimumFreeBytes: free))
    }

    /// Whether the file would be added: its content when it would, nil when the account has it already. Throws as ``add``.
    package func look(_ path: String, ownerID: Int) async throws -> BlobID? {
        _ = try await uploads.probe(path)
        let blob = try await uploads.threads.runIfActive { try BlobID(contentsOf: path) }
        return try await uploads.duplicate(of: blob, ownerID: ownerID) == nil ? blob : nil
    }

    /// Copies a file into the store and queues its reading-in; the file itself stays as it is. Throws a ``MediaError``
    /// for what is not audio, and a ``Problem`` where a limit or the quota is in the way.
    package func add(_ path: String, ownerID: Int, visibility: Visibility = .public) async throws -> Outcome {
        guard try await look(path, ownerID: ownerID) != nil else { return .known }
        let (store, admission) = (uploads.store, try await uploads.admission(of: ownerID))
        let (blob, size) = try await uploads.threads.runIfActive {
            try store.copy(path) { size in try admission.check(fileBytes: size) }
        }
        var changes = try TrackChanges(TrackInput(form: [:]))
        changes.visibility = .set(visibility)
        let name = path.split(separator: "/").last.map(String.init)
        let form = UploadForm(changes: changes, fileName: name, blob: blob, size: size)
        do {
            return .added(trackID: try await uploads.keep(form, ownerID: ownerID).id.rawValue)
        } catch let problem as Problem where problem.code == "duplicate_track" {
            return .known
        }
    }
}
