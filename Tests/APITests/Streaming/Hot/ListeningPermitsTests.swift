import NIOCore
import Platform
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite struct ListeningPermitsTests {
    private final class Sessions: Sendable {
        let ended = Mutex<Set<Credential>>([])
        let isReachable = Mutex(true)
    }

    private struct Scene {
        let library: Library
        let permits: ListeningPermits
        let sessions: Sessions
        let owner: Caller
        let stranger: Caller
        let track: Track

        func grant(to caller: Caller) -> ListeningPermit? {
            let moment = permits.moment()
            return permits.grant(key(caller), of: track, since: moment)
        }

        func key(_ caller: Caller) -> ListeningPermit.Key {
            ListeningPermit.Key(trackID: track.id, userID: caller.userID, credential: caller.credential)
        }
    }

    private static func run(_ body: (Scene) async throws -> Void) async throws {
        try await Library.run { library in
            let sessions = Sessions()
            let permits = ListeningPermits(
                tracks: library.tracks,
                findLiving: { holders in
                    guard sessions.isReachable.withLock({ $0 }) else { throw Problem.unauthorized }
                    return holders.filter { holder in !sessions.ended.withLock { $0.contains(holder.credential) } }
                }, events: library.bus, logger: quietLogger)
            let owner = try await library.member("ann")
            let stranger = try await library.member("bob")
            let track = try await library.add([1], by: owner)
            try await body(
                Scene(
                    library: library, permits: permits, sessions: sessions, owner: owner, stranger: stranger,
                    track: track))
        }
    }

    @Test func runsOutBySoonUnlessItIsRenewed() async throws {
        try await Self.run { scene in
            let permit = try #require(scene.grant(to: scene.stranger))
            let later = NIODeadline.now() + ListeningPermit.lifetime
            #expect(permit.isGood(at: .now()))
            #expect(!permit.isGood(at: later))
            try await scene.permits.check()
            permit.extend(from: later)
            #expect(permit.isGood(at: later))
            #expect(ListeningPermit.lifetime < .seconds(1))
        }
    }

    /// Whether a permit survives a change, when the database is next asked.
    private static func survives(_ change: (Scene) async throws -> Void) async throws -> Bool {
        var survives = false
        try await run { scene in
            let permit = try #require(scene.grant(to: scene.stranger))
            try await change(scene)
            try await scene.permits.check()
            survives = permit.hasNotEnded
            #expect((scene.permits.permit(scene.key(scene.stranger)) != nil) == survives)
        }
        return survives
    }

    @Test func holdsWhileNothingChanges() async throws { #expect(try await Self.survives { _ in }) }

    @Test func theDatabaseEndsIt() async throws {
        for change in [
            "UPDATE users SET status = 'banned' WHERE username = 'ann'", "UPDATE tracks SET visibility = 'private'",
            "UPDATE tracks SET deleted_at = now()", "UPDATE tracks SET updated_at = now() + interval '1 second'",
        ] {
            #expect(try await !Self.survives { scene in try await scene.library.database.execute(change) }, "\(change)")
        }
        #expect(try await !Self.survives { scene in scene.sessions.ended.withLock { _ = $0.insert(.session(1)) } })
    }

    @Test func eventsEndItAtOnce() async throws {
        try await Self.run { scene in
            for event in [
                Event(.sessionEnded, userID: scene.stranger.userID, id: 1),
                Event(.accountChanged, id: scene.stranger.userID), Event(.accountChanged, id: scene.owner.userID),
                Event(.trackChanged, id: scene.track.id.rawValue),
            ] {
                let permit = try #require(scene.grant(to: scene.stranger))
                await scene.library.bus.publish(Event(.trackChanged, id: 99))
                #expect(permit.hasNotEnded)
                await scene.library.bus.publish(event)
                #expect(!permit.hasNotEnded, "\(event)")
                permit.extend(from: .now())
                #expect(!permit.isGood(at: .now()), "\(event)")
            }
            let permit = try #require(scene.grant(to: scene.stranger))
            scene.library.bus.resynchronise()
            #expect(!permit.hasNotEnded)
        }
    }

    @Test func whatWasAskedBeforeAChangeOpensNothing() async throws {
        try await Self.run { scene in
            let moment = scene.permits.moment()
            await scene.library.bus.publish(Event(.sessionEnded, id: 1))
            #expect(scene.permits.grant(scene.key(scene.stranger), of: scene.track, since: moment) == nil)
        }
    }

    @Test func runsOutWhileTheDatabaseIsAway() async throws {
        try await Self.run { scene in
            let permit = try #require(scene.grant(to: scene.stranger))
            scene.sessions.isReachable.withLock { $0 = false }
            await #expect(throws: (any Error).self) { try await scene.permits.check() }
            #expect(!permit.isGood(at: .now() + ListeningPermit.lifetime))
        }
    }
}
