import NIOPosix
import Media
import Platform
import Postgres

/// Finds tracks of the same recording, however they are encoded.
struct SimilarTracks: Sendable {
    /// Another track and how alike the two sound, 0…1.
    struct Match: Sendable {
        let track: Track
        let score: Double
    }

    /// Below this two tracks are different recordings.
    private static let leastScore = 0.8
    private static let maximumMatches = 20

    private let store: FingerprintStore
    private let threads: NIOThreadPool

    /// - Parameter threads: a running pool, for the comparisons.
    init(store: FingerprintStore, threads: NIOThreadPool) {
        self.store = store
        self.threads = threads
    }

    /// The tracks a viewer may see that are the same recording as this one, the most alike first.
    func matches(of track: Track, visibleTo viewer: Int) async throws -> [Match] {
        guard let fingerprint = try await store.fingerprint(of: track.source.blob) else { return [] }
        let candidates = try await store.candidates(for: fingerprint, except: track.id, visibleTo: viewer)
        guard !candidates.isEmpty else { return [] }
        return try await threads.runIfActive {
            let matches = candidates.map { candidate in
                Match(track: candidate.track, score: fingerprint.similarity(to: candidate.fingerprint))
            }
            let alike = matches.filter { $0.score >= Self.leastScore }
            return Array(
                alike.sorted { ($0.score, $1.track.id.rawValue) > ($1.score, $0.track.id.rawValue) }
                    .prefix(Self.maximumMatches))
        }
    }
}

/// A similar track in a response.
package struct SimilarTrackObject: Encodable, Sendable {
    let track: TrackObject
    let score: Double

    init(_ match: SimilarTracks.Match, _ track: TrackObject) {
        self.track = track
        score = (match.score * 1_000).rounded() / 1_000
    }
}
