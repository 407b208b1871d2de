import Foundation
import Media
import Platform
import Postgres

/// A document of the house about a product of the catalogue.
struct ProductDocument: Sendable {
    typealias ID = RowID<ProductDocument>

    let id: ID
    let productID: Int
    let title: String
    let filename: String
    let mediaType: String
    let size: Int
    let blob: BlobID
    let uploadedAt: Date

    static let columns = "d.id, d.product_id, d.title, d.filename, d.mime_type, d.size, d.sha256, d.uploaded_at"

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        productID = try row.decode("product_id")
        title = try row.decode("title")
        filename = try row.decode("filename")
        mediaType = try row.decode("mime_type")
        size = try row.decode("size")
        blob = try row.decode("sha256")
        uploadedAt = try row.decode("uploaded_at")
    }
}

/// A document in a response, its URL signed for whoever asked.
struct ProductDocumentObject: Encodable, Sendable {
    let id: Int
    let productID: Int
    let title: String
    let filename: String
    let url: String
    let mimeType: String
    let size: Int
    let uploadedAt: Date

    init(_ document: ProductDocument, query: String) {
        id = document.id.rawValue
        productID = document.productID
        title = document.title
        filename = document.filename
        url = "/api/v1/docs/\(document.id)/download?\(query)"
        mimeType = document.mediaType
        size = document.size
        uploadedAt = document.uploadedAt
    }
}
