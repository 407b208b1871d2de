import Foundation
import Platform
import Postgres

/// A file that belongs to a product in somebody's collection.
struct ProductFile: Sendable {
    typealias ID = RowID<ProductFile>

    let id: ID
    let userProductID: Int
    /// `/uploads/files/1_manual.pdf`, without a signature.
    let path: String
    let kind: FileKind
    let content: FileContent
    let updatedAt: Date

    /// What its signed URLs name.
    static func resource(_ id: ID) -> String { "files/\(id)" }

    static let columns = """
        f.id, f.product_id, f.filename, f.url, f.type, f.mime_type, f.size, f.sha256, f.uploaded_at, f.updated_at
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        userProductID = try row.decode("product_id")
        path = try row.decode("url")
        kind = try row.decode("type")
        content = try FileContent(row: row)
        updatedAt = try row.decode("updated_at")
    }
}

/// A file in a response, its URL signed for whoever asked.
struct ProductFileObject: Encodable, Sendable {
    let id: Int
    let productID: Int
    let filename: String
    let url: String
    let type: FileKind
    let mimeType: String
    let size: Int
    let uploadedAt: Date
    let updatedAt: Date

    init(_ file: ProductFile, for caller: Caller, _ signer: URLSigner) {
        id = file.id.rawValue
        productID = file.userProductID
        filename = file.content.name
        url = "\(file.path)?\(FileAccess.query(ProductFile.resource(file.id), for: caller, signer))"
        type = file.kind
        mimeType = file.content.mediaType
        size = file.content.size
        uploadedAt = file.content.uploadedAt
        updatedAt = file.updatedAt
    }
}
