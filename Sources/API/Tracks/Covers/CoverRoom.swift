import HTTPTypes
package import Media
package import NIOPosix
import Platform
import Synchronization

/// Makes covers, and their smaller sizes once each; refuses what would have to wait for long.
package final class CoverRoom: Sendable {
    /// Covers that may be read, or made smaller, at once: each takes milliseconds.
    private static let maximumReads = 256

    private let store: BlobStore
    private let threads: NIOThreadPool
    private let work: any MediaWork
    private let reads = Mutex(0)
    /// Pictures of clients: each may take hundreds of megabytes while it is decoded, and ten while it waits.
    private let decodes = Turns(atOnce: 2, waiting: 16)

    /// - Parameters:
    ///   - threads: a running pool for what waits for the disk.
    ///   - work: decodes.
    package init(store: BlobStore, threads: NIOThreadPool, work: any MediaWork) {
        self.store = store
        self.threads = threads
        self.work = work
    }

    /// A cover's JPEG in a size; nil when its file is lost. 503 when too many are asked for at once.
    func cover(_ blob: BlobID, _ size: CoverSize) async throws -> [UInt8]? {
        try enter()
        defer { reads.withLock { $0 -= 1 } }
        if let kept = try await read(blob, size) { return kept }
        guard let kind = size.derived, let whole = try await read(blob, nil) else { return nil }
        let smaller = try await work.jpeg(whole, .within(size.rawValue))
        try await threads.runIfActive { [store] in try store.writeDerived(smaller, kind, of: blob) }
        return smaller
    }

    /// What a client's picture is kept as. 415 for what is none, 413 for too large a one, 503 when too many wait.
    func prepare(_ bytes: [UInt8], as shape: PictureShape = IngestResult.coverShape) async throws -> [UInt8] {
        do {
            return try await decodes.take { try await work.jpeg(bytes, shape) }
        } catch is Turns.LineIsFull {
            throw Self.busy
        }
    }

    private func enter() throws(Problem) {
        let isAdmitted = reads.withLock { count in
            guard count < Self.maximumReads else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw Self.busy }
    }

    private static let busy = Problem(
        .serviceUnavailable, code: "media_busy", "Too many pictures are being worked on: try again in a moment.",
        retryAfterSeconds: 2)

    /// What is kept of a cover in a size, or of its largest.
    private func read(_ blob: BlobID, _ size: CoverSize?) async throws -> [UInt8]? {
        try await threads.runIfActive { [store] in
            if let kind = size?.derived { return try store.readDerived(kind, of: blob) }
            guard let file = try store.open(blob) else { return nil }
            return try file.read(file.size, at: 0)
        }
    }
}
