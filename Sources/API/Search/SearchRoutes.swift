package import Hummingbird
package import Platform
package import Postgres

/// `GET /search`.
package struct SearchRoutes: Sendable {
    private let store: SearchStore
    private let tags: TagStore
    private let access: MediaAccess
    private let avatars: AvatarLinks
    private let signer: URLSigner

    package init(database: Database, tracks: Tracks, signer: URLSigner) {
        store = SearchStore(database: database)
        tags = TagStore(database: database)
        access = tracks.access
        avatars = AvatarLinks(signer: signer)
        self.signer = signer
    }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self).get("search", use: search)
    }

    @Sendable private func search(_ request: Request, _ context: AppContext) async throws -> Success<SearchResults> {
        let caller = try context.requireCaller()
        let limit = try request.queryInteger("limit", in: 1...100) ?? 10
        let kinds = try kinds(request.query("type"))
        guard let typed = request.query("q"), !typed.isEmpty else { throw Problem.invalid(["q": "is required"]) }
        guard let words = try SearchWords(typed) else { return Success(SearchResults()) }
        async let users = kinds.contains(.users) ? store.users(words, for: caller, limit: limit) : []
        async let products = kinds.contains(.products) ? store.products(words, limit: limit) : []
        async let files = kinds.contains(.files) ? store.files(words, for: caller, limit: limit) : []
        async let tracks = kinds.contains(.tracks) ? store.tracks(words, for: caller, limit: limit) : []
        async let tags = kinds.contains(.tags) ? self.tags.matching(words, limit: limit) : []
        return Success(
            SearchResults(
                users: try await users.map {
                    UserSummary($0, avatarURL: avatars.url($0.avatar, of: $0.id, for: caller))
                },
                products: try await products,
                files: try await files.map { ProductFileObject($0, for: caller, signer) },
                tracks: try await tracks.map { access.object($0, for: caller) }, tags: try await tags))
    }

    /// One kind, or several with commas between them; all where none is named.
    private func kinds(_ text: String?) throws(Problem) -> Set<SearchKind> {
        guard let text, !text.isEmpty else { return Set(SearchKind.allCases) }
        var kinds: Set<SearchKind> = []
        for name in text.split(separator: ",") {
            guard let kind = SearchKind(rawValue: String(name)) else {
                let known = SearchKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid(["type": "must be one or more of \(known), separated by commas"])
            }
            kinds.insert(kind)
        }
        return kinds
    }
}
