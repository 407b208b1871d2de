import Crypto
import Foundation
import HTTPTypes
import Media
import NIOCore
import NIOPosix
import Platform
import Synchronization

/// What is known of FLAC renditions that were made once, kept beside their sources. One that was never made is made
/// whole, in parallel, by the first who asks for it; all who ask meanwhile wait for the same work, and for so long only
/// as a client would.
final class FLACTables: Sendable {
    /// Makes a segment of a rendition whose table is not known yet; the one after its last is a ``FLACDescription``.
    typealias MakeSegment = @Sendable (_ index: Int64, _ layout: RenditionLayout) async throws -> ByteBuffer

    /// A FLAC: what its table is of.
    struct Identity: Hashable, Sendable {
        let blob: BlobID
        let rendition: Rendition
        /// Of the machine's codecs.
        let behaviour: String

        var name: String { "\(rendition)-\(behaviour)" }
    }

    /// Wholes that are made at the same time; more are refused.
    private static let maximumBuilds = 8
    /// Bytes of tables that are held.
    private static let memoryBytes = 4 << 20
    private static let retryAfterSeconds = 5

    private struct State {
        var tables = SieveCache<Identity, FLACTable>(capacity: memoryBytes)
        var builds: [Identity: Task<FLACTable, any Error>] = [:]
    }

    private let store: BlobStore
    private let files: NIOThreadPool
    private let workers: Int
    private let patience: Duration
    private let state = Mutex(State())
    /// Held while a blob's file of tables is read and written again.
    private let writing = Mutex(())

    /// - Parameter patience: how long a request waits for a whole that is being made.
    init(store: BlobStore, files: NIOThreadPool, workers: Int, patience: Duration) {
        self.store = store
        self.files = files
        self.workers = workers
        self.patience = patience
    }

    /// The table of a rendition, made if there is none. 503 while it is being made.
    func table(
        _ identity: Identity, of source: RenditionSource, makeSegment: @escaping MakeSegment
    ) async throws -> FLACTable {
        if let table = state.withLock({ $0.tables.value(identity) }) { return table }
        if let table = try await stored(identity) {
            remember(table, identity)
            return table
        }
        let build = try state.withLock { state throws(Problem) in
            if let known = state.builds[identity] { return known }
            guard state.builds.count < Self.maximumBuilds else {
                throw Problem(
                    .serviceUnavailable, code: "media_busy",
                    "Too much is being encoded right now: try again in a moment.",
                    retryAfterSeconds: Self.retryAfterSeconds)
            }
            // Goes on when whoever asked has left: the next one finds it done.
            let new = Task { try await make(identity, source, makeSegment) }
            state.builds[identity] = new
            return new
        }
        do {
            if let table = try await build.outcome(within: patience) { return table }
        } catch let error as MediaError {
            throw Problem(ofRendition: error)
        }
        throw Problem(
            .serviceUnavailable, code: "encoding",
            "The FLAC is being encoded as a whole before its first byte can be sent: try again in a moment.",
            retryAfterSeconds: Self.retryAfterSeconds)
    }

    private func make(
        _ identity: Identity, _ source: RenditionSource, _ makeSegment: @escaping MakeSegment
    ) async throws -> FLACTable {
        defer { state.withLock { $0.builds[identity] = nil } }
        let layout = RenditionLayout(
            identity.rendition, sampleRate: source.sampleRate, sampleCount: source.sampleCount, identity: "")
        async let described = makeSegment(layout.segmentCount, layout)
        let segments = try await segments(layout, makeSegment)
        let description = try FLACDescription(serialised: Array(try await described.readableBytesView))
        let table = FLACTable(format: description.format, segments: segments, md5: description.md5)
        // Without it the whole is made again after the next start, which is no reason to fail.
        try? await keep(table, identity)
        remember(table, identity)
        return table
    }

    /// The sizes of all segments, as many made at a time as there are workers.
    private func segments(
        _ layout: RenditionLayout, _ makeSegment: @escaping MakeSegment
    ) async throws -> [FLACTable.Segment] {
        var sizes: [Int64: FLACTable.Segment] = [:]
        try await withThrowingTaskGroup(of: (Int64, FLACTable.Segment).self) { group in
            for index in 0..<layout.segmentCount {
                if index >= Int64(workers), let (made, size) = try await group.next() { sizes[made] = size }
                group.addTask {
                    let bytes = try await makeSegment(index, layout)
                    return (
                        index,
                        try FLACTable.Segment(Array(bytes.readableBytesView), frames: layout.packets(ofSegment: index))
                    )
                }
            }
            for try await (made, size) in group { sizes[made] = size }
        }
        return sizes.sorted { $0.key < $1.key }.map(\.value)
    }

    private func remember(_ table: FLACTable, _ identity: Identity) {
        state.withLock { _ = $0.tables.insert(table, for: identity, cost: table.memoryBytes) }
    }
}

// MARK: - Beside the source

extension FLACTables {
    /// Tables of one source that are kept; the forms it can be had in, at one or two versions of the codecs.
    private static let maximumStored = 8

    private func stored(_ identity: Identity) async throws -> FLACTable? {
        let store = store
        return try await files.runIfActive { () throws(MediaError) -> FLACTable? in
            try Self.read(identity.blob, in: store).first { $0.name == identity.name }?.table
        }
    }

    private func keep(_ table: FLACTable, _ identity: Identity) async throws {
        let store = store
        try await files.runIfActive {
            try self.writing.withLock { _ in
                let others = try Self.read(identity.blob, in: store).filter { $0.name != identity.name }
                let all = others.suffix(Self.maximumStored - 1) + [Stored(name: identity.name, table: table)]
                let bytes = try JSONEncoder().encode(Array(all))
                try store.writeDerived(Array(bytes), .flac, of: identity.blob)
            }
        }
    }

    private struct Stored: Codable {
        let name: String
        let table: FLACTable
    }

    private static func read(_ blob: BlobID, in store: BlobStore) throws(MediaError) -> [Stored] {
        guard let bytes = try store.readDerived(.flac, of: blob) else { return [] }
        // What another version of Talas wrote is made again.
        return (try? JSONDecoder().decode([Stored].self, from: Data(bytes))) ?? []
    }
}
