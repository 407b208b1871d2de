import Foundation
import Hummingbird
import NIOCore
package import Platform
import Postgres

/// Answers requests for tracks' sound from memory: originals read lately, and segments of renditions.
///
/// What is hot is found by signature, then permit, then content; a URL by itself opens nothing.
package final class HotMedia: HotAnswers {
    /// What is worth remembering of a request that takes the usual way; taken before the database is asked.
    struct Arrival {
        let target: SoundTarget
        let moment: ListeningPermits.Moment
    }

    let signer: URLSigner
    let permits: ListeningPermits
    let live: LiveResponses
    let chunks: StoredChunks
    let fileRoute = HotRoute("/uploads/tracks/{file}")
    let streamRoute = HotRoute("/api/v1/tracks/{id}/stream")

    package init(signer: URLSigner, permits: ListeningPermits, live: LiveResponses, chunks: StoredChunks) {
        self.signer = signer
        self.permits = permits
        self.live = live
        self.chunks = chunks
    }

    package func connection() -> any HotConnection { HotMediaConnection(self) }

    /// Nil where the request is not of the kind that may be answered from memory later.
    func arrival(of request: Request) -> Arrival? {
        guard request.headers[.authorization] == nil,
            let target = SoundTarget(request.uri.string, accept: request.headers[.accept])
        else { return nil }
        return Arrival(target: target, moment: permits.moment())
    }

    /// Notes that the database let this listener hear a form of a track.
    func remember(
        _ arrival: Arrival, _ track: Track, _ listener: Listener, _ representation: MediaRepresentation,
        _ content: HotSound.Content
    ) {
        let key = ListeningPermit.Key(
            trackID: track.id, userID: listener.userID, credential: listener.credential)
        guard let permit = permits.grant(key, of: track, since: arrival.moment) else { return }
        let form = arrival.target.form
        guard permit.sound(form) == nil else { return }
        permit.remember(HotSound(representation, isNegotiated: form.isNegotiated, content: content), as: form)
    }
}

/// One connection's requests: a player asks for one URL over and over, so what it led to is remembered.
final class HotMediaConnection: HotConnection {
    private struct Known {
        let target: String
        let accept: String?
        let expirySecond: Int
        let permit: ListeningPermit
        let sound: HotSound
        let route: HotRoute
    }

    /// Longer answers take the usual way, which sends a little at a time.
    private static let maximumBytes: Int64 = 1 << 20

    private let media: HotMedia
    private var known: Known?
    /// The permits of answers since the client was last known to have taken all.
    private var given: [ListeningPermit] = []
    private var registered: [(permit: ListeningPermit, response: Int)] = []

    init(_ media: HotMedia) { self.media = media }

    func answer(_ request: HotRequest) -> HotAnswer? {
        guard let known = find(request), time(nil) < known.expirySecond, known.permit.isGood(at: .now()) else {
            return nil
        }
        var slice: Range<Int64>?
        if let range = request.range {
            slice = SingleRange.slice(range, size: known.sound.size)
            guard slice != nil else { return nil }
        }
        var body: [ByteBuffer] = []
        if !request.isHead {
            let range = slice ?? 0..<known.sound.size
            guard range.count <= Self.maximumBytes, let bytes = known.sound.bytes(range) else { return nil }
            body = bytes
        }
        if given.last !== known.permit { given.append(known.permit) }
        return HotAnswer(
            route: known.route, fields: known.sound.fields, size: known.sound.size, slice: slice, body: body)
    }

    func answersWait(on channel: any Channel) {
        for permit in given where !registered.contains(where: { $0.permit === permit }) {
            registered.append((permit, media.live.add(permit.key.trackID, permit.listener, channel)))
        }
        given = []
    }

    func answersAreOut() {
        given.removeAll(keepingCapacity: true)
        guard !registered.isEmpty else { return }
        for (_, response) in registered { media.live.remove(response) }
        registered = []
    }

    private func find(_ request: HotRequest) -> Known? {
        // The same bytes had a valid signature a moment ago; whether it has expired is asked each time.
        if let known, known.target == request.target, known.accept == request.accept, known.permit.hasNotEnded {
            return known
        }
        known = look(request)
        return known
    }

    private func look(_ request: HotRequest) -> Known? {
        guard let target = SoundTarget(request.target, accept: request.accept),
            let grant = media.signer.verify(
                resource: MediaAccess.resource(target.trackID), variant: MediaAccess.Variant.audio.rawValue,
                query: target.query),
            let permit = media.permits.permit(
                ListeningPermit.Key(
                    trackID: target.trackID, userID: grant.userID, credential: grant.credential)),
            let sound = permit.sound(target.form)
        else { return nil }
        return Known(
            target: request.target, accept: request.accept,
            expirySecond: Int(grant.expiresAt.timeIntervalSince1970), permit: permit, sound: sound,
            route: target.form.place == .stream ? media.streamRoute : media.fileRoute)
    }
}
