import Foundation
import Platform

/// What `GET /search` looks through.
enum SearchKind: String, Sendable, CaseIterable {
    case users, products, files, tracks, tags
}

/// `data` of `GET /search`: what was not asked for is empty.
struct SearchResults: Encodable, Sendable {
    var users: [FoundUser] = []
    var products: [FoundProduct] = []
    var files: [FoundFile] = []
    var tracks: [TrackObject] = []
    var tags: [Tag] = []
}

/// An account that was found.
struct FoundUser: Encodable, Sendable {
    let id: Int
    let username: String
    /// Null unless its owner lets others see it, or the caller is its owner or an administrator.
    @Nullable var email: String?
    @Nullable var firstName: String?
    @Nullable var lastName: String?
    @Nullable var avatar: String?
}

/// A product of the catalogue that was found, as `GET /products/search` gives it.
struct FoundProduct: Encodable, Sendable {
    let id: Int
    let name: String
    @Nullable var brand: String?
    @Nullable var model: String?
    @Nullable var description: String?
}

/// A file of the caller's own that was found.
struct FoundFile: Encodable, Sendable {
    let id: Int
    /// The user product that it belongs to.
    @Nullable var productID: Int?
    let filename: String
    /// Where it is; signed before it is given away.
    @Nullable var url: String?
    @Nullable var type: String?
    @Nullable var mimeType: String?
    @Nullable var size: Int?
    let uploadedAt: Date
}
