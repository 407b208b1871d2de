package import Logging
import NIOCore
package import Platform
import Postgres
import ServiceLifecycle
import Synchronization

/// Who may hear what, as far as it was asked lately: so that hot requests need not ask the database.
///
/// A permit ends at once when an event tells that its session, an account or the track changed, and when events may have
/// been missed. Whatever becomes of events, one in use is held against the database several times a second, and runs
/// out by itself where the database cannot be asked.
package final class ListeningPermits: Service {
    /// Those of these accounts and credentials that are alive.
    package typealias FindLiving = @Sendable (Set<CredentialHolder>) async throws -> Set<CredentialHolder>

    /// A moment before the database is asked, to be shown with its answer.
    struct Moment {
        fileprivate let changes: Int
        fileprivate let time: NIODeadline
    }

    private struct State {
        var permits: [ListeningPermit.Key: ListeningPermit] = [:]
        /// Counts what happened that may have ended a permit.
        var changes = 0
    }

    private static let interval = Duration.milliseconds(300)
    /// A permit that nobody used for this long is let go.
    private static let idleTime = TimeAmount.seconds(5)
    /// Beyond this many, further listeners take the usual way.
    private static let maximumPermits = 10_000

    private let tracks: TrackStore
    private let findLiving: FindLiving
    private let logger: Logger
    private let state = Mutex(State())

    package init(tracks: TrackStore, findLiving: @escaping FindLiving, events: EventBus, logger: Logger) {
        self.tracks = tracks
        self.findLiving = findLiving
        self.logger = logger
        events.observe { [weak self] event in self?.heard(event) }
    }

    /// To be taken before the database is asked.
    func moment() -> Moment { Moment(changes: state.withLock { $0.changes }, time: .now()) }

    func permit(_ key: ListeningPermit.Key) -> ListeningPermit? { state.withLock { $0.permits[key] } }

    /// What the database allowed, unless something has happened since.
    func grant(_ key: ListeningPermit.Key, of track: Track, since moment: Moment) -> ListeningPermit? {
        state.withLock { state in
            guard state.changes == moment.changes else { return nil }
            if let permit = state.permits[key], permit.updatedAt == track.updatedAt {
                permit.extend(from: moment.time)
                return permit
            }
            guard state.permits[key] != nil || state.permits.count < Self.maximumPermits else { return nil }
            let permit = ListeningPermit(key, of: track, at: moment.time)
            state.permits.updateValue(permit, forKey: key)?.end()
            return permit
        }
    }

    /// Checks what is in use for as long as the node runs.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil {
                do {
                    try await self.check()
                } catch {
                    self.logger.debug("Permits could not be renewed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Renews what is in use and still allowed, and ends everything else.
    func check() async throws {
        let time = NIODeadline.now()
        let permits = state.withLock { state in
            state.permits = state.permits.filter { !$0.value.isIdle(at: time, after: Self.idleTime) }
            return state.permits.values.map(\.self)
        }
        guard !permits.isEmpty else { return }
        let audiences = try await tracks.audiences(of: Array(Set(permits.map(\.key.trackID))))
        let living = try await findLiving(Set(permits.map(\.holder)))
        let present = Dictionary(uniqueKeysWithValues: audiences.map { ($0.trackID, $0) })
        for permit in permits {
            let isAllowed =
                living.contains(permit.holder)
                && present[permit.key.trackID].map { audience in
                    audience.updatedAt == permit.updatedAt
                        && permit.listener.mayHear(ownerID: audience.ownerID, visibility: audience.visibility)
                } ?? false
            if isAllowed { permit.extend(from: time) } else { end(permit) }
        }
    }

    private func end(_ permit: ListeningPermit) {
        permit.end()
        state.withLock { state in
            if state.permits[permit.key] === permit { state.permits[permit.key] = nil }
        }
    }

    private func heard(_ event: Event?) {
        guard let event else { return end { _ in true } }
        switch event.topic {
        case .sessionEnded: end { $0.key.credential == .session(event.id) }
        case .tokenEnded: end { $0.key.credential == .token(event.id) }
        case .accountChanged: end { $0.key.userID == event.id || $0.ownerID == event.id }
        case .trackChanged: end { $0.key.trackID == Track.ID(event.id) }
        // All renditions are others now.
        case .mediaAdopted: end { _ in true }
        case .trackProgress, .notification, .ingestQueued, .chatEvent: break
        }
    }

    private func end(where isConcerned: (ListeningPermit) -> Bool) {
        state.withLock { state in
            state.changes += 1
            for (key, permit) in state.permits where isConcerned(permit) {
                permit.end()
                state.permits[key] = nil
            }
        }
    }
}

extension ListeningPermit {
    var holder: CredentialHolder { CredentialHolder(userID: key.userID, credential: key.credential) }
}
