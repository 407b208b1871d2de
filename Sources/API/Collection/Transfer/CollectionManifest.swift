import Media
import Foundation
import Platform

/// A collection as `collection.json` of an archive has it: everything that its owner said, in a form that outlives this
/// installation.
struct CollectionManifest: Codable, Sendable {
    static let format = "talas-collection"
    static let version = 1
    /// Bytes of the largest that is read.
    static let maximumBytes = 64 << 20

    struct File: Codable, Hashable, Sendable {
        /// Within the archive.
        let path: String
        let filename: String
        let type: FileKind
        let mimeType: String
        let size: Int
        let sha256: String
        let uploadedAt: Date
    }

    struct Item: Codable, Sendable {
        let product: NamedProduct
        let version: String?
        let serialNumber: String?
        let purchaseDate: CalendarDay?
        let purchasePrice: Int?
        let warrantyExpires: CalendarDay?
        let status: UserProduct.Status
        let notes: String?
        let files: [File]
    }

    let format: String
    let version: Int
    let items: [Item]
}

extension CollectionManifest.Item {
    init(_ item: UserProduct, files: [ProductFile]) {
        self.init(
            product: NamedProduct(id: item.productID, name: item.productName, brand: item.brand, model: item.model),
            version: item.version, serialNumber: item.serialNumber, purchaseDate: item.purchaseDate,
            purchasePrice: item.purchasePrice, warrantyExpires: item.warrantyExpires, status: item.status,
            notes: item.notes,
            files: files.map { file in
                .init(
                    path: file.archivePath, filename: file.content.name, type: file.kind,
                    mimeType: file.content.mediaType, size: file.content.size, sha256: file.content.blob.rawValue,
                    uploadedAt: file.content.uploadedAt)
            })
    }

    /// To be checked as what a client sends is.
    func imported(place: Int) -> ImportedItem {
        var input = UserProductInput()
        input.version = version.map { .set($0) } ?? .keep
        input.serialNumber = serialNumber.map { .set($0) } ?? .keep
        input.purchaseDate = purchaseDate.map { .set($0.rawValue) } ?? .keep
        input.purchasePrice = purchasePrice.map { .set($0) } ?? .keep
        input.warrantyExpires = warrantyExpires.map { .set($0.rawValue) } ?? .keep
        input.status = .set(status.rawValue)
        input.notes = notes.map { .set($0) } ?? .keep
        // What was not known is not to be known afterwards.
        return ImportedItem(place: place, product: product, input: input, derivesWarranty: false)
    }
}

extension ProductFile {
    /// Where it is in an archive.
    var archivePath: String { "files/\(userProductID)/\(id)_\(FileName.stored(content.name))" }
}
