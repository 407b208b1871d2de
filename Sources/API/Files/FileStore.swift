import Foundation
import Media
import Postgres

/// Rows of `files`.
struct FileStore: Sendable {
    /// Files that one product of a collection may have.
    static let maximumPerProduct = 200

    let database: Database

    init(database: Database) { self.database = database }

    /// The files of a product in an account's collection, the newest first.
    func list(of item: UserProduct.ID, ownedBy owner: Int) async throws(PostgresError) -> [ProductFile] {
        try await database.rows(
            """
            SELECT \(ProductFile.columns) FROM files f JOIN user_products u ON u.id = f.product_id
            WHERE u.id = $1 AND u.user_id = $2 ORDER BY f.id DESC
            """, item, owner, decode: ProductFile.init(row:))
    }

    /// The files of these products, the oldest first.
    static func files(
        of items: [Int], in queryable: some Queryable
    ) async throws(PostgresError) -> [ProductFile] {
        try await queryable.rows(
            "SELECT \(ProductFile.columns) FROM files f WHERE f.product_id = ANY($1::int[]) ORDER BY f.product_id, f.id",
            items, decode: ProductFile.init(row:))
    }

    /// A file of an account's; nil when it has no such one.
    func file(_ id: ProductFile.ID, ownedBy owner: Int) async throws(PostgresError) -> ProductFile? {
        try await database.row(
            """
            SELECT \(ProductFile.columns) FROM files f JOIN user_products u ON u.id = f.product_id
            WHERE f.id = $1 AND u.user_id = $2
            """, id, owner, decode: ProductFile.init(row:))
    }

    /// A row about to be made.
    struct Draft: Sendable {
        let userProductID: UserProduct.ID
        let filename: String
        let kind: FileKind
        let mediaType: String
        let content: StagedFile
        /// Of a file that was uploaded elsewhere before; now where nil.
        var uploadedAt: Date?
    }

    /// Inserts the file, whose content has its place already; gives its id.
    static func insert(_ draft: Draft, in transaction: Transaction) async throws(PostgresError) -> ProductFile.ID {
        let id = try await transaction.row(
            """
            INSERT INTO files (id, product_id, filename, url, type, mime_type, size, sha256, uploaded_at)
            SELECT next.id, $1::int, $2::text, '/uploads/files/' || next.id || '_' || $3::text, $4::text, $5::text, $6::bigint,
              $7::text,
              coalesce($8::timestamptz, CURRENT_TIMESTAMP)
            FROM (SELECT nextval('files_id_seq')::int AS id) next RETURNING id
            """, draft.userProductID, draft.filename, FileName.stored(draft.filename), draft.kind, draft.mediaType,
            draft.content.size, draft.content.blob, draft.uploadedAt
        ) { row throws(PostgresError) -> ProductFile.ID in try row.decode("id") }
        guard let id else { throw PostgresError.missingRow }
        return id
    }

    /// Gives a file of an account's another name and kind; false when it has no such one.
    func update(
        _ id: ProductFile.ID, filename: String, kind: FileKind, ownedBy owner: Int
    ) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE files f SET filename = $3, url = '/uploads/files/' || f.id || '_' || $4::text, type = $5,
              updated_at = CURRENT_TIMESTAMP
            FROM user_products u WHERE f.id = $1 AND u.id = f.product_id AND u.user_id = $2
            """, id, owner, filename, FileName.stored(filename), kind) == 1
    }

    /// Deletes a file of an account's; gives its content, or nil when it has no such one.
    static func delete(
        _ id: ProductFile.ID, ownedBy owner: Int, in transaction: Transaction
    ) async throws(PostgresError) -> BlobID? {
        try await transaction.row(
            """
            DELETE FROM files f USING user_products u
            WHERE f.id = $1 AND u.id = f.product_id AND u.user_id = $2 RETURNING f.sha256
            """, id, owner
        ) { row throws(PostgresError) -> BlobID in try row.decode("sha256") }
    }

    static func count(of item: UserProduct.ID, in transaction: Transaction) async throws(PostgresError) -> Int {
        try await transaction.row("SELECT count(*) AS count FROM files WHERE product_id = $1", item) {
            row throws(PostgresError) -> Int in try row.decode("count")
        } ?? 0
    }
}
