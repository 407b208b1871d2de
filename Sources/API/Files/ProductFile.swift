import Foundation
import Media
import Platform
import Postgres

/// A file that belongs to a product in somebody's collection.
struct ProductFile: Sendable {
    typealias ID = RowID<ProductFile>

    let id: ID
    let userProductID: Int
    /// As its owner calls it.
    let filename: String
    /// `/uploads/files/1_manual.pdf`, without a signature.
    let path: String
    let kind: FileKind
    let mediaType: String
    let size: Int
    let blob: BlobID
    let uploadedAt: Date
    let updatedAt: Date

    static let columns = """
        f.id, f.product_id, f.filename, f.url, f.type, f.mime_type, f.size, f.sha256, f.uploaded_at, f.updated_at
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        userProductID = try row.decode("product_id")
        filename = try row.decode("filename")
        path = try row.decode("url")
        kind = try row.decode("type")
        mediaType = try row.decode("mime_type")
        size = try row.decode("size")
        blob = try row.decode("sha256")
        uploadedAt = try row.decode("uploaded_at")
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

    init(_ file: ProductFile, query: String) {
        id = file.id.rawValue
        productID = file.userProductID
        filename = file.filename
        url = "\(file.path)?\(query)"
        type = file.kind
        mimeType = file.mediaType
        size = file.size
        uploadedAt = file.uploadedAt
        updatedAt = file.updatedAt
    }
}
