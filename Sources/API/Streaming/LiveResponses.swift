package import Logging
import NIOCore
import Platform
import Postgres
import ServiceLifecycle
import Synchronization

/// Responses that are being sent, each checked again twice a second: is the credential alive, the account active, the
/// track still there and still theirs to hear? One that fails has its connection closed, even while the client does not
/// read. All of a node's responses share one query for their tracks, however many there are.
package final class LiveResponses: Service {
    private static let interval = Duration.milliseconds(500)

    private struct Entry {
        let track: Track.ID
        let listener: Listener
        let channel: any Channel
    }

    private struct State {
        var nextID = 0
        var entries: [Int: Entry] = [:]
    }

    private let tracks: TrackStore
    private let findCaller: MediaAccess.FindCaller
    private let logger: Logger
    private let state = Mutex(State())

    package init(tracks: TrackStore, findCaller: @escaping MediaAccess.FindCaller, logger: Logger) {
        self.tracks = tracks
        self.findCaller = findCaller
        self.logger = logger
    }

    /// How many are being sent.
    package var count: Int { state.withLock { $0.entries.count } }

    /// Checks for as long as the node runs; those that drain are checked, too.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil {
                do {
                    try await self.check()
                } catch {
                    // Without the database nobody can be told apart; what runs goes on until it is back.
                    self.logger.warning("Running responses cannot be checked", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Looks at every response once and ends those that are not allowed any more.
    package func check() async throws {
        let entries = state.withLock { $0.entries }
        guard !entries.isEmpty else { return }
        let tracks = Set(entries.values.map(\.track))
        let audiences = try await self.tracks.audiences(of: Array(tracks))
        let present = Dictionary(uniqueKeysWithValues: audiences.map { ($0.trackID, $0) })
        var callers: [Listener: Bool] = [:]
        for (id, entry) in entries {
            let isAlive: Bool
            if let known = callers[entry.listener] {
                isAlive = known
            } else {
                isAlive = try await self.isAlive(entry.listener)
                callers[entry.listener] = isAlive
            }
            let mayHear = present[entry.track].map {
                entry.listener.mayHear(ownerID: $0.ownerID, visibility: $0.visibility)
            }
            if !isAlive || mayHear != true { end(id) }
        }
    }

    private func isAlive(_ listener: Listener) async throws -> Bool {
        do {
            _ = try await findCaller(listener.userID, listener.credential)
            return true
        } catch is Problem {
            return false
        }
    }

    /// Notes that a response begins; call ``remove(_:)`` with the number when it is through.
    func add(_ track: Track.ID, _ listener: Listener, _ channel: any Channel) -> Int {
        state.withLock { state in
            state.nextID += 1
            state.entries[state.nextID] = Entry(track: track, listener: listener, channel: channel)
            return state.nextID
        }
    }

    /// Notes that a response is through.
    func remove(_ id: Int) {
        _ = state.withLock { $0.entries.removeValue(forKey: id) }
    }

    /// The channel is closed only while its response is still registered: a later request on it is another matter.
    private func end(_ id: Int) {
        let entry = state.withLock { $0.entries.removeValue(forKey: id) }
        entry?.channel.close(promise: nil)
    }
}
