import Foundation
import HTTPTypes
import Hummingbird
package import Media
package import NIOPosix
import Platform
import Postgres

/// Takes an uploaded form in, from its first byte to a track in the queue.
package struct TrackUpload: Sendable {
    /// Bounds of one upload.
    package struct Limits: Sendable {
        /// Largest file in bytes.
        package var maximumBytes: Int
        /// Bytes of the disk that uploads leave free.
        package var minimumFreeBytes: Int

        package init(maximumBytes: Int, minimumFreeBytes: Int) {
            self.maximumBytes = maximumBytes
            self.minimumFreeBytes = minimumFreeBytes
        }
    }

    private let service: TrackService
    let store: BlobStore
    let threads: NIOThreadPool
    private let work: any MediaWork
    let limits: Limits

    /// - Parameters:
    ///   - threads: a running pool for the disk; one thread writes one upload at a time.
    ///   - work: looks at what came.
    package init(
        service: TrackService, store: BlobStore, threads: NIOThreadPool, work: any MediaWork, limits: Limits
    ) {
        self.service = service
        self.store = store
        self.threads = threads
        self.work = work
        self.limits = limits
    }

    /// The track that this request's form makes. Whatever goes wrong, nothing of it stays on disk.
    func receive(_ request: Request, _ context: AppContext, from caller: Caller) async throws -> Track {
        do {
            let boundary = try MultipartBoundary(contentType: request.headers[.contentType])
            let admission = try await admission(of: caller.userID)
            try admission.check(declaredBodyBytes: request.headers[.contentLength].flatMap { Int($0) })
            let form = try await UploadForm.read(
                MultipartStream(request.body, boundary: boundary), admission: admission
            ) { try await BlobUpload(store: store, threads: threads, eventLoop: context.channel.eventLoop) }
            return try await keep(form, ownerID: caller.userID)
        } catch let error as MultipartError {
            throw Problem.form(error)
        } catch let error as MediaError {
            throw Problem.upload(error)
        }
    }

    /// What there is room for at present.
    /// - Parameter reservedBytes: what the account has begun to upload elsewhere.
    func admission(of userID: Int, reservedBytes: Int = 0) async throws -> UploadAdmission {
        let used = service.quotaBytes > 0 ? try await service.store.storedBytes(of: userID) + reservedBytes : 0
        return UploadAdmission(
            maximumBytes: limits.maximumBytes, quotaBytes: service.quotaBytes, usedBytes: used,
            freeBytes: try await threads.runIfActive { [store] in try store.freeBytes() },
            minimumFreeBytes: limits.minimumFreeBytes)
    }

    /// Looks at the beginning of a file.
    func probe(_ path: String) async throws -> Probe {
        try await threads.runIfActive { try Probe.file(path) }
    }

    /// The live track of this account with this content.
    func duplicate(of blob: BlobID, ownerID: Int) async throws -> Track.ID? {
        try await TrackStore.duplicate(of: blob, userID: ownerID, in: service.store.database)
    }

    /// Looks at what was stored and makes a track of it, or removes it again.
    /// - Parameter recording: what else is written in the same transaction.
    func keep(
        _ form: UploadForm, ownerID: Int, recording: @escaping TrackService.Recording = { _, _ in }
    ) async throws -> Track {
        do {
            let probe = try await work.probe(form.blob)
            return try await service.create(
                TrackService.Upload(
                    ownerID: ownerID,
                    metadata: form.changes.applied(to: TrackMetadata(probe, fileName: form.fileName)),
                    source: TrackSource(probe, blob: form.blob, size: form.size),
                    estimatedDurationMilliseconds: probe.estimatedDurationMilliseconds, lyrics: form.changes.lyrics),
                recording: recording)
        } catch {
            // Also when the client has left meanwhile: the task may be cancelled, the clean-up is not.
            let blob = form.blob
            let references = service.references
            try? await Task { try await references.discard(blob) }.value
            throw error
        }
    }
}

extension TrackMetadata {
    /// What a file says of itself; without a title its name, without a name `Untitled`. Its genres become tags.
    init(_ probe: Probe, fileName: String?) {
        let stem = fileName.map { $0.lastIndex(of: ".").map { dot in String(fileName?[..<dot] ?? "") } ?? $0 }
        self.init(
            title: Self.tag(probe, "title") ?? Self.bounded(stem ?? "") ?? Self.bounded(fileName ?? "") ?? "Untitled",
            artist: Self.tag(probe, "artist") ?? Self.tag(probe, "album_artist"), album: Self.tag(probe, "album"))
        bpm = Self.tag(probe, "bpm").flatMap { Double($0) }.flatMap { $0 > 0 && $0 < 1_000 ? $0 : nil }
        key = Self.tag(probe, "key").flatMap { $0.unicodeScalars.count <= 20 ? $0 : nil }
        let genres = (probe.tags["genre"] ?? "").split { ",;/".contains($0) }.compactMap { TagName(String($0)) }
        tags = TagName.list(genres.prefix(TagName.maximumPerTrack).map(\.rawValue)) ?? []
    }

    private static func tag(_ probe: Probe, _ name: String) -> String? { probe.tags[name].flatMap(bounded) }

    /// Tags may hold anything: one line of at most 200 characters is taken; nil when nothing is left.
    private static func bounded(_ text: String) -> String? {
        let visible = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        let line = String(String.UnicodeScalarView(visible)).trimmingWhitespace()
        let short = String(String.UnicodeScalarView(line.unicodeScalars.prefix(200))).trimmingWhitespace()
        return short.isEmpty ? nil : short
    }
}

extension TrackSource {
    init(_ probe: Probe, blob: BlobID, size: Int) {
        self.init(
            blob: blob, size: size, mediaType: probe.mediaType, fileExtension: probe.fileExtension,
            container: probe.container, codec: probe.codec, sampleRate: probe.sampleRate, channels: probe.channels)
    }
}
