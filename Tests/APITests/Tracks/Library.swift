import Foundation
import Logging
import Media
import MediaService
import NIOPosix
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// A database, a store on disk, and the services on top of them, for one test.
struct Library: Sendable {
    let database: Database
    let blobs: BlobStore
    let threads: NIOThreadPool
    let bus: EventBus
    let references: BlobReferences
    let tracks: TrackStore
    let service: TrackService
    /// Worker processes, started when they are needed.
    let work: MediaWorkers

    /// Runs `body` with an empty library, which is gone afterwards.
    static func run<T>(quotaBytes: Int = 0, _ body: (Library) async throws -> T) async throws -> T {
        try await withDatabase { database in
            let directory = try TemporaryDirectory()
            let threads = NIOThreadPool(numberOfThreads: 4)
            threads.start()
            let blobs = try BlobStore(directory: directory.path)
            let bus = EventBus(logger: quietLogger)
            let references = BlobReferences(database: database, store: blobs, threads: threads)
            let tracks = TrackStore(database: database)
            let service = TrackService(store: tracks, references: references, bus: bus, quotaBytes: quotaBytes)
            var policy = WorkerPolicy(workers: 2)
            policy.program.executable = ServerProcess.executable.path
            let work = MediaWorkers(store: blobs, files: threads, policy: policy, logger: quietLogger)
            let library = Library(
                database: database, blobs: blobs, threads: threads, bus: bus, references: references, tracks: tracks,
                service: service, work: work)
            let outcome: Result<T, any Error>
            do { outcome = .success(try await body(library)) } catch { outcome = .failure(error) }
            work.close()
            try await threads.shutdownGracefully()
            return try outcome.get()
        }
    }

    /// A member who may do everything.
    func member(_ name: String) async throws -> Caller {
        let id = try await database.row(
            "INSERT INTO users (username, email, password_hash, role) VALUES ($1, $2, 'x', 'user') RETURNING id", name,
            "\(name)@example.org"
        ) { row throws(PostgresError) -> Int in try row.decode("id") }
        return Caller(
            userID: try #require(id), username: name, role: .user, status: .active, credential: .session(1))
    }

    /// Stores content as an upload does.
    func keep(_ bytes: [UInt8]) throws -> BlobID {
        let writer = try blobs.writer()
        try bytes.withUnsafeBytes { buffer in try writer.append(buffer) }
        return try writer.finish().blob
    }

    /// Makes a track as an upload does, of content that need not be audio.
    func add(
        _ bytes: [UInt8], by owner: Caller, title: String = "Title", tags: [String] = [],
        visibility: Visibility = .public
    ) async throws -> Track {
        var metadata = TrackMetadata(title: title)
        metadata.tags = tags.map(TagName.init(rawValue:))
        metadata.visibility = visibility
        let source = TrackSource(
            blob: try keep(bytes), size: bytes.count, mediaType: "audio/flac", fileExtension: "flac", container: "flac",
            codec: "flac", sampleRate: 48_000, channels: 2)
        return try await service.create(
            .init(ownerID: owner.userID, metadata: metadata, source: source, estimatedDurationMilliseconds: 1_000))
    }

    /// Makes a track of a file of `fixtures/`.
    func add(fixture name: String, by owner: Caller) async throws -> Track {
        try await add(Array(Fixture.data(name)), by: owner, title: name)
    }

    /// Sets the time at which a blob's file was written.
    func age(_ blob: BlobID, days: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: blobs.path(of: blob))
    }
}
