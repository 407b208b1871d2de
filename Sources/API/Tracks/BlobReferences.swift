import Foundation
package import Media
package import NIOPosix
package import Postgres

/// Stored content and the rows that refer to it, kept in step: whoever adds a reference or removes content holds the
/// content's lock, so that no upload can lose its file to a clean-up that looked a moment earlier.
package struct BlobReferences: Sendable {
    /// The rows that may refer to the content of a store.
    package enum Referrers: String, Sendable {
        /// Tracks, covers, avatars and files of collections.
        case media = "blob"
        /// Internal documents.
        case documents = "document"

        /// Where they name it, as table and column.
        fileprivate var columns: [(table: String, column: String)] {
            switch self {
            case .media:
                [("tracks", "sha256"), ("tracks", "cover_sha256"), ("files", "sha256"), ("users", "avatar_sha256")]
            case .documents: [("product_documents", "sha256")]
            }
        }

        /// Whether `blobs` has a row for each.
        fileprivate var areCounted: Bool { self == .media }
    }

    let database: Database
    package let store: BlobStore
    let threads: NIOThreadPool
    private let referrers: Referrers

    /// - Parameter threads: a running pool, for the disk.
    package init(database: Database, store: BlobStore, threads: NIOThreadPool, referrers: Referrers = .media) {
        self.database = database
        self.store = store
        self.threads = threads
        self.referrers = referrers
    }

    /// Waits for the lock of this content and holds it until the transaction ends.
    private func lock(_ blob: BlobID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($2::text || ' ' || $1::text, 0))", blob, referrers.rawValue)
    }

    /// Whether any row refers to this content.
    private func isReferenced(_ blob: BlobID, in transaction: Transaction) async throws(PostgresError) -> Bool {
        let rows = referrers.columns.map { "SELECT 1 FROM \($0.table) WHERE \($0.column) = $1" }
        return try await transaction.execute("\(rows.joined(separator: " UNION ALL ")) LIMIT 1", blob) > 0
    }

    /// Makes sure, under the lock, that content about to be referred to is on disk, be it from the trash; false when
    /// it is gone.
    func secure(_ blob: BlobID, in transaction: Transaction) async throws -> Bool {
        try await lock(blob, in: transaction)
        return try await threads.runIfActive { [store] in
            if try store.contains(blob) { return true }
            return try store.restoreFromTrash(blob)
        }
    }

    /// Gives content that a row of this transaction is to refer to its place, under the lock, so that no clean-up takes it.
    /// Where the transaction fails, it stays until ``discard(_:)`` or the collector takes it.
    func install(_ file: StagedFile, in transaction: Transaction) async throws {
        if try await !secure(file.blob, in: transaction) {
            try await threads.runIfActive { try file.install() }
        }
        guard referrers.areCounted else { return }
        try await transaction.execute(
            "INSERT INTO blobs (sha256, size) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING", file.blob, file.size)
    }

    /// The same of small content in memory; gives its name.
    func keep(_ bytes: [UInt8], in transaction: Transaction) async throws -> BlobID {
        let file = try await threads.runIfActive { [store] in
            let writer = try store.writer()
            try bytes.withUnsafeBytes { buffer in try writer.append(buffer) }
            return try writer.stage()
        }
        try await install(file, in: transaction)
        return file.blob
    }

    /// The same on its own: a row that refers to it has to follow soon.
    func keep(_ bytes: [UInt8]) async throws -> BlobID {
        try await database.transaction { transaction in try await keep(bytes, in: transaction) }
    }

    /// Removes content at once that was stored for an upload which came to nothing, unless something refers to it.
    package func discard(_ blob: BlobID) async throws {
        _ = try await release(blob) { store in _ = try store.remove(blob) }
    }

    /// Moves content to the trash and forgets its row, unless something refers to it; false when something does.
    func retire(_ blob: BlobID) async throws -> Bool {
        try await release(blob) { store in _ = try store.moveToTrash(blob) }
    }

    /// The same as a part of the transaction that took a reference away.
    @discardableResult
    func retire(_ blob: BlobID, in transaction: Transaction) async throws -> Bool {
        try await release(blob, in: transaction) { store in _ = try store.moveToTrash(blob) }
    }

    private typealias Removal = @Sendable (BlobStore) throws -> Void

    private func release(_ blob: BlobID, _ remove: @escaping Removal) async throws -> Bool {
        try await database.transaction { transaction in try await release(blob, in: transaction, remove) }
    }

    private func release(_ blob: BlobID, in transaction: Transaction, _ remove: @escaping Removal) async throws -> Bool
    {
        try await lock(blob, in: transaction)
        guard try await !isReferenced(blob, in: transaction) else { return false }
        if referrers.areCounted { try await transaction.execute("DELETE FROM blobs WHERE sha256 = $1", blob) }
        try await threads.runIfActive { [store] in try remove(store) }
        return true
    }
}

extension BlobReferences {
    /// What a search for content that nothing refers to has found.
    struct Orphans: Sendable {
        let blobs: [BlobID]
        let bytes: Int
        /// How much content there is in all.
        let stored: Int

        /// Throws ``GarbageCollector/Refusal`` when they are suspiciously many.
        func checkShare() throws(GarbageCollector.Refusal) {
            guard blobs.count * 5 <= stored else { throw .init(orphaned: blobs.count, stored: stored) }
        }
    }

    /// Content written before `limit` that nothing refers to.
    func orphans(before limit: Date) async throws -> Orphans {
        // Names are listed before references are read: what a row referred to in between is then not an orphan.
        let (old, stored) = try await threads.runIfActive { [store] in
            var old: [BlobID: Int] = [:]
            var stored = 0
            try store.forEachBlob { blob, size, modified in
                stored += 1
                if modified < limit { old[blob] = size }
            }
            return (old, stored)
        }
        let named = referrers.columns.map {
            "SELECT \($0.column) AS sha256 FROM \($0.table) WHERE \($0.column) IS NOT NULL"
        }
        let referenced = try await database.pooled.rows(named.joined(separator: " UNION ")) {
            row throws(PostgresError) -> BlobID in try row.decode("sha256")
        }
        let kept = Set(referenced)
        let orphans = old.filter { !kept.contains($0.key) }
        return Orphans(
            blobs: orphans.keys.sorted { $0.rawValue < $1.rawValue }, bytes: orphans.values.reduce(0, +),
            stored: stored)
    }
}
