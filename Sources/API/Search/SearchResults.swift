/// What `GET /search` looks through.
enum SearchKind: String, Sendable, CaseIterable {
    case users, products, files, tracks, tags
}

/// `data` of `GET /search`: what was not asked for is empty.
struct SearchResults: Encodable, Sendable {
    var users: [UserSummary] = []
    var products: [ProductMatch] = []
    var files: [ProductFileObject] = []
    var tracks: [TrackObject] = []
    var tags: [Tag] = []
}
