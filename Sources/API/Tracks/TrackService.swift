import HTTPTypes
import Media
package import Platform
import Postgres

/// The rules of tracks: who may do what to them, and what happens together.
package struct TrackService: Sendable {
    /// What an upload became, before it is a row.
    struct Upload: Sendable {
        let ownerID: Int
        let metadata: TrackMetadata
        let source: TrackSource
        let estimatedDurationMilliseconds: Int?
        /// What the form says of them.
        var lyrics = Change<String>.keep
    }

    /// What is written together with a new track.
    typealias Recording = @Sendable (Track.ID, Transaction) async throws -> Void

    let store: TrackStore
    let references: BlobReferences
    let bus: EventBus
    /// Bytes that an account may store; 0 for any number.
    let quotaBytes: Int

    /// - Parameter quotaBytes: bytes that an account may store; 0 for any number.
    package init(store: TrackStore, references: BlobReferences, bus: EventBus, quotaBytes: Int) {
        self.store = store
        self.references = references
        self.bus = bus
        self.quotaBytes = quotaBytes
    }

    /// The track, if this caller may see it, be it with its key; else 404.
    package func track(_ id: Track.ID, for caller: Caller, key: String?) async throws -> Track {
        guard let track = try await store.live(id) else { throw Problem.notFound("track") }
        let listener = Listener(
            userID: caller.userID, credential: caller.credential, holdsKey: track.isOpened(by: key))
        guard listener.mayHear(ownerID: track.userID, visibility: track.metadata.visibility) else {
            throw Problem.notFound("track")
        }
        return track
    }

    /// Writes changes of the owner's; 403 for whom may only hear it.
    package func update(_ id: Track.ID, _ changes: TrackChanges, by caller: Caller) async throws -> Track {
        try await requireOwner(of: id, caller)
        let changed = try await store.database.transaction { transaction in
            // Two updates at once each keep what the other changed.
            try await transaction.execute("SELECT 1 FROM tracks WHERE id = $1 FOR UPDATE", id)
            guard let track = try await TrackStore.live(id, in: transaction) else { throw Problem.notFound("track") }
            try await TrackStore.update(id, changes.applied(to: track.metadata), in: transaction)
            try await LyricsStore.apply(changes.lyrics, to: id, in: transaction)
            return try await TrackStore.live(id, in: transaction)
        }
        guard let changed else { throw Problem.notFound("track") }
        await bus.publish(Event(.trackChanged, id: id.rawValue))
        return changed
    }

    /// Deletes for the owner; for 30 days it can be restored.
    package func delete(_ id: Track.ID, by caller: Caller) async throws {
        try await requireOwner(of: id, caller)
        guard try await store.delete(id, ownedBy: caller.userID) else { throw Problem.notFound("track") }
        await bus.publish(Event(.trackChanged, id: id.rawValue))
    }

    /// Takes the owner's deletion back. 409 when the same file has been uploaded again meanwhile.
    package func restore(_ id: Track.ID, by caller: Caller) async throws -> Track {
        do {
            guard try await store.restore(id, ownedBy: caller.userID) else { throw Problem.notFound("deleted track") }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw Problem(
                .conflict, code: "duplicate_track",
                "The same file is in your library again; delete that track first to restore this one.")
        }
        await bus.publish(Event(.trackChanged, id: id.rawValue))
        guard let track = try await store.live(id) else { throw Problem.notFound("track") }
        return track
    }

    /// Makes the track of an upload whose content is stored, and queues its decoding. All or nothing: 409 for the same
    /// file again, 413 over the quota.
    func create(_ upload: Upload, recording: @escaping Recording = { _, _ in }) async throws -> Track {
        let draft = TrackStore.Draft(
            userID: upload.ownerID, metadata: upload.metadata, shareKey: Self.randomKey(), source: upload.source,
            estimatedDurationMilliseconds: upload.estimatedDurationMilliseconds)
        let (track, job) = try await store.database.transaction { transaction in
            try await admit(upload, in: transaction)
            let id = try await TrackStore.insert(draft, in: transaction)
            try await LyricsStore.apply(upload.lyrics, to: id, in: transaction)
            let job = try await IngestQueue.enqueue(id, in: transaction)
            try await recording(id, transaction)
            return (try await TrackStore.live(id, in: transaction), job)
        }
        await bus.publish(Event(.ingestQueued, id: job))
        guard let track else { throw Problem.notFound("track") }
        return track
    }

    /// Locks the account, then the content, so that uploads of one account are counted and compared one by one.
    private func admit(_ upload: Upload, in transaction: Transaction) async throws {
        try await Self.lockAccount(upload.ownerID, in: transaction)
        let blob = upload.source.blob
        if let first = try await TrackStore.duplicate(of: blob, userID: upload.ownerID, in: transaction) {
            throw Problem(
                .conflict, code: "duplicate_track", "You have uploaded this file before, as track \(first).",
                details: ["track_id": first.rawValue])
        }
        if quotaBytes > 0 {
            let used = try await TrackStore.storedBytes(of: upload.ownerID, in: transaction)
            guard used + upload.source.size <= quotaBytes else { throw UploadAdmission.overQuota(quotaBytes) }
        }
        guard try await references.secure(blob, in: transaction) else {
            throw Problem(
                .serviceUnavailable, code: "upload_lost", "The upload was lost on the server: send it again.",
                retryAfterSeconds: 1)
        }
    }

    /// Has all that an account stores counted one after the other.
    static func lockAccount(_ userID: Int, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", userID)
    }

    /// 403 for whom may only hear the track, 404 for whom may not.
    func requireOwner(of id: Track.ID, _ caller: Caller) async throws {
        let track = try await track(id, for: caller, key: nil)
        guard track.userID == caller.userID else {
            throw Problem(.forbidden, code: "forbidden", "Only its uploader can change this track.")
        }
    }

    /// 128 random bits in hexadecimal.
    private static func randomKey() -> String {
        [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
