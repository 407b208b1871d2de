import Foundation
import Platform
import Postgres

/// A document of the house about a product of the catalogue.
struct ProductDocument: Sendable {
    typealias ID = RowID<ProductDocument>

    let id: ID
    let productID: Int
    let title: String
    let content: FileContent

    /// What its signed URLs name.
    static func resource(_ id: ID) -> String { "docs/\(id)" }

    static let columns = "d.id, d.product_id, d.title, d.filename, d.mime_type, d.size, d.sha256, d.uploaded_at"

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        productID = try row.decode("product_id")
        title = try row.decode("title")
        content = try FileContent(row: row)
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

    init(_ document: ProductDocument, for caller: Caller, _ signer: URLSigner) {
        id = document.id.rawValue
        productID = document.productID
        title = document.title
        filename = document.content.name
        url =
            "/api/v1/docs/\(document.id)/download?"
            + FileAccess.query(ProductDocument.resource(document.id), for: caller, signer)
        mimeType = document.content.mediaType
        size = document.content.size
        uploadedAt = document.content.uploadedAt
    }
}
