import Foundation
package import Media
package import NIOPosix
package import Postgres

/// Rows of `product_documents`, and their content in a store of its own.
package struct DocumentStore: Sendable {
    let references: BlobReferences
    var database: Database { references.database }

    /// - Parameters:
    ///   - blobs: where their content is.
    ///   - threads: a running pool, for the disk.
    package init(database: Database, blobs: BlobStore, threads: NIOThreadPool) {
        references = BlobReferences(database: database, store: blobs, threads: threads, referrers: .documents)
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
        let content: StagedFile
    }

    /// Makes the row, and gives the content its place.
    func insert(_ draft: Draft, in transaction: Transaction) async throws -> ProductDocument {
        try await references.install(draft.content, in: transaction)
        let document = try await transaction.row(
            """
            INSERT INTO product_documents AS d (product_id, uploaded_by, title, filename, mime_type, size, sha256)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING \(ProductDocument.columns)
            """, draft.productID, draft.uploaderID, draft.title, draft.filename, draft.mediaType, draft.content.size,
            draft.content.blob, decode: ProductDocument.init(row:))
        guard let document else { throw PostgresError.missingRow }
        return document
    }

    /// Deletes a document of this product and gives it; nil when there is none. Its content goes to the trash with the
    /// last row.
    func delete(
        _ id: ProductDocument.ID, of product: Product.ID, in transaction: Transaction
    ) async throws -> ProductDocument? {
        let document = try await transaction.row(
            """
            DELETE FROM product_documents d WHERE d.id = $1 AND d.product_id = $2 RETURNING \(ProductDocument.columns)
            """, id, product, decode: ProductDocument.init(row:))
        if let document { try await references.retire(document.content.blob, in: transaction) }
        return document
    }
}

extension DocumentStore {
    /// Gives back the room of what no row refers to any more; gives what it moved, or would move, to the trash.
    /// Throws ``GarbageCollector/Refusal`` before anything is touched when that is suspiciously much, unless `force`d.
    package func collectGarbage(dryRun: Bool = false, force: Bool = false) async throws -> [BlobID] {
        let limit = Date(timeIntervalSinceNow: -GarbageCollector.orphanAgeSeconds)
        let orphans = try await references.orphans(before: limit)
        if !force { try orphans.checkShare() }
        guard !dryRun else { return orphans.blobs }
        for blob in orphans.blobs { _ = try await references.retire(blob) }
        try await references.threads.runIfActive { [blobs = references.store] in
            _ = try blobs.emptyTrash(olderThanSeconds: GarbageCollector.trashAgeSeconds)
            _ = try blobs.sweepTemporary(olderThanSeconds: GarbageCollector.orphanAgeSeconds)
        }
        return orphans.blobs
    }
}
