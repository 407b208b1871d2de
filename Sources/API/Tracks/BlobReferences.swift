package import Media
package import NIOPosix
package import Postgres

/// Stored content and the rows that refer to it, kept in step: whoever adds a reference or removes content holds the
/// content's lock, so that no upload can lose its file to a clean-up that looked a moment earlier.
package struct BlobReferences: Sendable {
    let database: Database
    let store: BlobStore
    let threads: NIOThreadPool

    /// - Parameter threads: a running pool, for the disk.
    package init(database: Database, store: BlobStore, threads: NIOThreadPool) {
        self.database = database
        self.store = store
        self.threads = threads
    }

    /// Waits for the lock of this content and holds it until the transaction ends.
    static func lock(_ blob: BlobID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended('blob ' || $1::text, 0))", blob)
    }

    /// Whether any row refers to this content.
    static func isReferenced(_ blob: BlobID, in transaction: Transaction) async throws(PostgresError) -> Bool {
        try await transaction.execute(
            """
            SELECT 1 FROM tracks WHERE sha256 = $1 OR cover_sha256 = $1
            UNION ALL SELECT 1 FROM files WHERE sha256 = $1
            UNION ALL SELECT 1 FROM users WHERE avatar_sha256 = $1
            LIMIT 1
            """, blob) > 0
    }

    /// Makes sure, under the lock, that content about to be referred to is on disk, be it from the trash; false when
    /// it is gone.
    func secure(_ blob: BlobID, in transaction: Transaction) async throws -> Bool {
        try await Self.lock(blob, in: transaction)
        return try await threads.runIfActive { [store] in
            if try store.contains(blob) { return true }
            return try store.restoreFromTrash(blob)
        }
    }

    /// Stores small content that a row of this transaction is to refer to, under the lock, so that no clean-up takes it.
    func keep(_ bytes: [UInt8], in transaction: Transaction) async throws -> BlobID {
        let blob = BlobID(of: bytes)
        try await Self.lock(blob, in: transaction)
        try await threads.runIfActive { [store] in
            if try store.contains(blob) { return }
            let writer = try store.writer()
            try bytes.withUnsafeBytes { buffer in try writer.append(buffer) }
            _ = try writer.finish()
        }
        try await transaction.execute(
            "INSERT INTO blobs (sha256, size) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING", blob, bytes.count)
        return blob
    }

    /// The same on its own: a row that refers to it has to follow soon.
    func keep(_ bytes: [UInt8]) async throws -> BlobID {
        try await database.transaction { transaction in try await keep(bytes, in: transaction) }
    }

    /// Removes content at once that was stored for an upload which came to nothing, unless something refers to it.
    package func discard(_ blob: BlobID) async throws {
        try await database.transaction { transaction in
            try await Self.lock(blob, in: transaction)
            guard try await !Self.isReferenced(blob, in: transaction) else { return }
            try await transaction.execute("DELETE FROM blobs WHERE sha256 = $1", blob)
            try await threads.runIfActive { [store] in _ = try store.remove(blob) }
        }
    }

    /// Moves content to the trash and forgets its row, unless something refers to it; false when something does.
    func retire(_ blob: BlobID) async throws -> Bool {
        try await database.transaction { transaction in try await retire(blob, in: transaction) }
    }

    /// The same as a part of the transaction that took a reference away.
    func retire(_ blob: BlobID, in transaction: Transaction) async throws -> Bool {
        try await Self.lock(blob, in: transaction)
        guard try await !Self.isReferenced(blob, in: transaction) else { return false }
        try await transaction.execute("DELETE FROM blobs WHERE sha256 = $1", blob)
        try await threads.runIfActive { [store] in _ = try store.moveToTrash(blob) }
        return true
    }
}
