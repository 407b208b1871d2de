import Foundation
package import Media
package import NIOPosix
package import Postgres

/// Rows of `product_documents`, and their content in a store of its own. Whoever adds a row or removes content holds the
/// content's lock, so that no upload can lose its file to a clean-up that looked a moment earlier.
package struct DocumentStore: Sendable {
    let database: Database
    let blobs: BlobStore
    let threads: NIOThreadPool

    /// - Parameters:
    ///   - blobs: where their content is.
    ///   - threads: a running pool, for the disk.
    package init(database: Database, blobs: BlobStore, threads: NIOThreadPool) {
        self.database = database
        self.blobs = blobs
        self.threads = threads
    }

    /// The documents about a product, the newest first.
    func list(of product: Product.ID) async throws(PostgresError) -> [ProductDocument] {
        try await database.rows(
            "SELECT \(ProductDocument.columns) FROM product_documents d WHERE d.product_id = $1 ORDER BY d.id DESC",
            product, decode: ProductDocument.init(row:))
    }

    func document(_ id: ProductDocument.ID) async throws(PostgresError) -> ProductDocument? {
        try await database.row(
            "SELECT \(ProductDocument.columns) FROM product_documents d WHERE d.id = $1", id,
            decode: ProductDocument.init(row:))
    }

    /// A row about to be made.
    struct Draft: Sendable {
        let productID: Product.ID
        let uploaderID: Int
        let title: String
        let filename: String
        let mediaType: String
        let size: Int
        let blob: BlobID
    }

    /// Makes the row of stored content; nil when a clean-up took it meanwhile.
    func insert(_ draft: Draft) async throws -> ProductDocument? {
        try await database.transaction { transaction in
            try await Self.lock(draft.blob, in: transaction)
            let isStored = try await threads.runIfActive { [blobs] in
                if try blobs.contains(draft.blob) { return true }
                return try blobs.restoreFromTrash(draft.blob)
            }
            guard isStored else { return nil }
            return try await transaction.row(
                """
                INSERT INTO product_documents AS d (product_id, uploaded_by, title, filename, mime_type, size, sha256)
                VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING \(ProductDocument.columns)
                """, draft.productID, draft.uploaderID, draft.title, draft.filename, draft.mediaType, draft.size,
                draft.blob, decode: ProductDocument.init(row:))
        }
    }

    /// Deletes a document of this product; false when there is none. Its content goes to the trash with the last row.
    func delete(_ id: ProductDocument.ID, of product: Product.ID) async throws -> Bool {
        try await database.transaction { transaction in
            let blob = try await transaction.row(
                "DELETE FROM product_documents WHERE id = $1 AND product_id = $2 RETURNING sha256", id, product
            ) { row throws(PostgresError) -> BlobID in try row.decode("sha256") }
            guard let blob else { return false }
            try await retire(blob, in: transaction)
            return true
        }
    }

    /// Moves content to the trash unless a row refers to it.
    func retire(_ blob: BlobID) async throws {
        try await database.transaction { transaction in try await retire(blob, in: transaction) }
    }

    /// Removes content at once that was stored for an upload which came to nothing, unless a row refers to it.
    func discard(_ blob: BlobID) async throws {
        try await database.transaction { transaction in
            try await Self.lock(blob, in: transaction)
            guard try await !Self.isReferenced(blob, in: transaction) else { return }
            _ = try await threads.runIfActive { [blobs] in try blobs.remove(blob) }
        }
    }

    private func retire(_ blob: BlobID, in transaction: Transaction) async throws {
        try await Self.lock(blob, in: transaction)
        guard try await !Self.isReferenced(blob, in: transaction) else { return }
        _ = try await threads.runIfActive { [blobs] in try blobs.moveToTrash(blob) }
    }

    private static func isReferenced(
        _ blob: BlobID, in transaction: Transaction
    ) async throws(PostgresError) -> Bool {
        try await transaction.execute("SELECT 1 FROM product_documents WHERE sha256 = $1 LIMIT 1", blob) > 0
    }

    private static func lock(_ blob: BlobID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('document ' || $1::text, 0))", blob)
    }
}

extension DocumentStore {
    /// Gives back the room of what no row refers to any more; gives what it moved, or would move, to the trash.
    /// Throws ``GarbageCollector/Refusal`` before anything is touched when that is suspiciously much, unless `force`d.
    package func collectGarbage(dryRun: Bool = false, force: Bool = false) async throws -> [BlobID] {
        let (orphans, stored) = try await findOrphans()
        if orphans.count * 5 > stored, !force {
            throw GarbageCollector.Refusal(orphaned: orphans.count, stored: stored)
        }
        guard !dryRun else { return orphans }
        for blob in orphans { try await retire(blob) }
        try await threads.runIfActive { [blobs] in
            _ = try blobs.emptyTrash(olderThanSeconds: GarbageCollector.trashAgeSeconds)
            _ = try blobs.sweepTemporary(olderThanSeconds: GarbageCollector.orphanAgeSeconds)
        }
        return orphans
    }

    /// Content older than a day that no row refers to, and how much there is in all.
    private func findOrphans() async throws -> (orphans: [BlobID], stored: Int) {
        let limit = Date(timeIntervalSinceNow: -GarbageCollector.orphanAgeSeconds)
        // Names are listed before references are read: what is referred to in between is then no orphan.
        let (old, stored) = try await threads.runIfActive { [blobs] in
            var old: Set<BlobID> = []
            var stored = 0
            try blobs.forEachBlob { blob, _, modified in
                stored += 1
                if modified < limit { old.insert(blob) }
            }
            return (old, stored)
        }
        let referenced = try await database.pooled.rows("SELECT DISTINCT sha256 FROM product_documents") {
            row throws(PostgresError) -> BlobID in try row.decode("sha256")
        }
        return (old.subtracting(referenced).sorted { $0.rawValue < $1.rawValue }, stored)
    }
}
