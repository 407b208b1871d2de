package import Hummingbird
package import Platform
import Postgres

/// Who listens: an account, the credential it was let in by, and whether it was handed an unlisted track's key.
package struct Listener: Hashable, Sendable {
    package let userID: Int
    package let credential: Credential
    /// It came with the key, or with a signed URL, which only who could see the track was given.
    package let holdsKey: Bool

    package init(userID: Int, credential: Credential, holdsKey: Bool) {
        self.userID = userID
        self.credential = credential
        self.holdsKey = holdsKey
    }

    /// Whether a track of this owner and visibility is theirs to hear.
    package func mayHear(ownerID: Int, visibility: Visibility) -> Bool {
        switch visibility {
        case .public: true
        case .unlisted: holdsKey || ownerID == userID
        case .private: ownerID == userID
        }
    }
}

/// Lets requests for a track's media in: by a signed URL, or by a bearer token.
package struct MediaAccess: Sendable {
    /// What a signed URL opens.
    package enum Variant: String, Sendable {
        /// Every format of the track's sound.
        case audio
        /// Every picture and file of its waveform.
        case waveform
        /// Every size of its cover.
        case cover

        /// Scopes of personal access tokens any of which opens it.
        var scopes: Set<TokenScope> { self == .audio ? [.stream] : [.stream, .read] }
    }

    /// The account behind a credential, both checked this moment; throws a ``Problem`` when either has ended.
    package typealias FindCaller = @Sendable (_ userID: Int, Credential) async throws -> Caller

    private let tracks: TrackStore
    private let signer: URLSigner
    private let findCaller: FindCaller

    package init(tracks: TrackStore, signer: URLSigner, findCaller: @escaping FindCaller) {
        self.tracks = tracks
        self.signer = signer
        self.findCaller = findCaller
    }

    /// The track and who asks for it. 401 without a valid signature or token, 404 where there is no such track for them.
    package func track(
        _ id: Track.ID, _ variant: Variant, _ request: Request, _ context: AppContext
    ) async throws -> (Track, Listener) {
        let (userID, credential, isSigned) = try await identify(id, variant, request, context)
        guard let track = try await tracks.live(id) else { throw Problem.notFound("track") }
        let listener = Listener(
            userID: userID, credential: credential, holdsKey: isSigned || track.isOpened(by: request.query("key")))
        guard listener.mayHear(ownerID: track.userID, visibility: track.metadata.visibility) else {
            throw Problem.notFound("track")
        }
        return (track, listener)
    }

    /// The query that opens this variant of a track for this caller.
    package func query(_ id: Track.ID, _ variant: Variant, for caller: Caller) -> String {
        signer.query(
            resource: Self.resource(id), variant: variant.rawValue, userID: caller.userID,
            credential: caller.credential)
    }

    /// The track in a response, its URLs signed for this caller.
    func object(_ track: Track, for caller: Caller) -> TrackObject {
        TrackObject(
            track, for: caller, audioQuery: query(track.id, .audio, for: caller),
            waveformQuery: query(track.id, .waveform, for: caller), coverQuery: query(track.id, .cover, for: caller))
    }

    /// The track whose cover is asked for: as ``track(_:_:_:_:)``, and a public one by anybody.
    func trackOfPicture(_ id: Track.ID, _ request: Request, _ context: AppContext) async throws -> Track {
        if context.caller == nil, request.query("s") == nil, let track = try await tracks.live(id),
            track.metadata.visibility == .public
        {
            return track
        }
        return try await self.track(id, .cover, request, context).0
    }

    private func identify(
        _ id: Track.ID, _ variant: Variant, _ request: Request, _ context: AppContext
    ) async throws -> (userID: Int, credential: Credential, isSigned: Bool) {
        if let caller = context.caller { return (caller.userID, caller.credential, false) }
        guard request.query("s") != nil else { throw Problem.unauthorized }
        let grant = signer.verify(
            resource: Self.resource(id), variant: variant.rawValue, query: request.uri.query ?? "")
        guard let grant else {
            throw Problem(
                .unauthorized, code: "invalid_signature",
                "This address has expired or is not valid: ask for the track again to get a fresh one.")
        }
        let caller = try await findCaller(grant.userID, grant.credential)
        guard caller.holds(anyOf: variant.scopes) else { throw Problem.insufficientScope }
        return (caller.userID, caller.credential, true)
    }

    static func resource(_ id: Track.ID) -> String { "tracks/\(id)" }
}

extension Track {
    /// Whether this is the key of an unlisted track; compared without telling how much of it was right.
    func isOpened(by key: String?) -> Bool {
        guard metadata.visibility == .unlisted, let key else { return false }
        guard key.utf8.count == shareKey.utf8.count else { return false }
        return zip(key.utf8, shareKey.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
