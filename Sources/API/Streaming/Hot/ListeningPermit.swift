import Foundation
import NIOCore
import Platform
import Synchronization

/// That a listener may hear a track, as the database had it a moment ago; and which forms of it they heard.
///
/// It is good for less than a second after the database was asked. Whoever holds it asks ``isGood(at:)`` each time.
final class ListeningPermit: Sendable {
    struct Key: Hashable {
        let trackID: Track.ID
        let userID: Int
        let credential: Credential
    }

    /// How long the database's word counts, from before it was asked.
    static let lifetime = TimeAmount.milliseconds(800)
    /// Most forms of one track that are remembered for one listener.
    private static let maximumSounds = 16

    let key: Key
    let ownerID: Int
    /// Of the track: after a change all is looked at afresh.
    let updatedAt: Date

    /// Nanoseconds of the uptime; 0 once it has ended.
    private let goodUntil: Atomic<UInt64>
    private let lastUsed: Atomic<UInt64>
    private let sounds = Mutex<[SoundTarget.Form: HotSound]>([:])

    /// - Parameter time: before the database was asked.
    init(_ key: Key, of track: Track, at time: NIODeadline) {
        self.key = key
        ownerID = track.userID
        updatedAt = track.updatedAt
        goodUntil = Atomic((time + Self.lifetime).uptimeNanoseconds)
        lastUsed = Atomic(time.uptimeNanoseconds)
    }

    /// The listener who holds it: it was given for a signed URL.
    var listener: Listener { Listener(userID: key.userID, credential: key.credential, holdsKey: true) }

    /// Whether it still counts; notes that it was wanted.
    func isGood(at time: NIODeadline) -> Bool {
        lastUsed.store(time.uptimeNanoseconds, ordering: .relaxed)
        return goodUntil.load(ordering: .relaxed) > time.uptimeNanoseconds
    }

    /// False once it was ended for good; one that has merely run out may be renewed.
    var hasNotEnded: Bool { goodUntil.load(ordering: .relaxed) != 0 }

    /// Whether nobody wanted it within this time.
    func isIdle(at time: NIODeadline, after idleTime: TimeAmount) -> Bool {
        NIODeadline.uptimeNanoseconds(lastUsed.load(ordering: .relaxed)) + idleTime < time
    }

    /// The database said it again, to a question asked at `time`. One that has ended stays so.
    func extend(from time: NIODeadline) {
        let end = (time + Self.lifetime).uptimeNanoseconds
        var seen = goodUntil.load(ordering: .relaxed)
        while seen != 0, seen < end {
            let (isDone, present) = goodUntil.weakCompareExchange(expected: seen, desired: end, ordering: .relaxed)
            if isDone { return }
            seen = present
        }
    }

    /// Ends it, at once and for good.
    func end() { goodUntil.store(0, ordering: .relaxed) }

    func sound(_ form: SoundTarget.Form) -> HotSound? { sounds.withLock { $0[form] } }

    func remember(_ sound: HotSound, as form: SoundTarget.Form) {
        sounds.withLock { sounds in
            guard sounds[form] != nil || sounds.count < Self.maximumSounds else { return }
            sounds[form] = sound
        }
    }
}
