import HTTPTypes
package import Media
package import NIOPosix
import Platform
import Synchronization

/// Makes covers, and their smaller sizes once each; refuses what would have to wait for long.
package final class CoverRoom: Sendable {
    /// Covers that may be read, or made smaller, at once: each takes milliseconds.
    private static let maximumReads = 256
    /// Pictures of clients that may be decoded at once: each may take hundreds of megabytes.
    private static let maximumDecodes = 2

    private let store: BlobStore
    private let threads: NIOThreadPool
    private let underWay = Mutex(UnderWay())

    private struct UnderWay {
        var reads = 0
        var decodes = 0
    }

    /// - Parameter threads: a running pool, not the one that listeners' reads wait for.
    package init(store: BlobStore, threads: NIOThreadPool) {
        self.store = store
        self.threads = threads
    }

    /// A cover's JPEG in a size; nil when its file is lost. 503 when too many are asked for at once.
    func cover(_ blob: BlobID, _ size: CoverSize) async throws -> [UInt8]? {
        try enter(\.reads, atMost: Self.maximumReads)
        defer { underWay.withLock { $0.reads -= 1 } }
        return try await threads.runIfActive { [store] in try Self.cover(blob, size, in: store) }
    }

    /// What a client's picture is kept as. 415 for what is none, 413 for too large a one.
    func prepare(_ bytes: [UInt8]) async throws -> [UInt8] {
        try enter(\.decodes, atMost: Self.maximumDecodes)
        defer { underWay.withLock { $0.decodes -= 1 } }
        return try await threads.runIfActive { try Picture.jpeg(bytes, IngestResult.coverShape) }
    }

    private func enter(_ kind: WritableKeyPath<UnderWay, Int>, atMost limit: Int) throws(Problem) {
        let isAdmitted = underWay.withLock { count in
            guard count[keyPath: kind] < limit else { return false }
            count[keyPath: kind] += 1
            return true
        }
        guard isAdmitted else {
            throw Problem(
                .serviceUnavailable, code: "media_busy",
                "Too many pictures are being worked on: try again in a moment.", retryAfterSeconds: 2)
        }
    }

    private static func cover(
        _ blob: BlobID, _ size: CoverSize, in store: BlobStore
    ) throws(MediaError) -> [UInt8]? {
        if let kind = size.derived, let kept = try store.readDerived(kind, of: blob) { return kept }
        guard let file = try store.open(blob) else { return nil }
        let whole = try file.read(file.size, at: 0)
        guard let kind = size.derived else { return whole }
        let smaller = try Picture.jpeg(whole, .within(size.rawValue))
        try store.writeDerived(smaller, kind, of: blob)
        return smaller
    }
}
