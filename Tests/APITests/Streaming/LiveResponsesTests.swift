import Postgres
import NIOCore
import NIOPosix
import Platform
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite struct LiveResponsesTests {
    private func channel() async throws -> any Channel {
        try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
    }

    /// Registers a response of `visibility` for a stranger, changes something, checks, and tells whether it goes on.
    private func goesOn(
        _ visibility: Visibility, holdsKey: Bool = true, change: (Library, Track, Caller) async throws -> Void
    ) async throws -> Bool {
        try await Library.run { library in
            let owner = try await library.member("ann")
            let stranger = try await library.member("bob")
            let track = try await library.add([1], by: owner, visibility: visibility)
            let live = LiveResponses(
                tracks: library.tracks,
                findCaller: { userID, _ in
                    let ended = try await library.database.execute(
                        "SELECT 1 FROM users WHERE id = $1 AND bio = 'signed out'", userID)
                    if ended > 0 { throw Problem.unauthorized }
                    return stranger
                }, logger: quietLogger)
            let channel = try await channel()
            let listener = Listener(
                userID: stranger.userID, credential: stranger.credential, holdsKey: holdsKey)
            let id = live.add(track.id, listener, channel)
            try await live.check()
            #expect(channel.isActive)
            try await change(library, track, owner)
            try await live.check()
            // A close that was begun is done before what is submitted after it.
            try await channel.eventLoop.submit {}.get()
            let isActive = channel.isActive
            #expect(live.count == (isActive ? 1 : 0))
            live.remove(id)
            if isActive { try await channel.close() }
            return isActive
        }
    }

    @Test func nothingChangedGoesOn() async throws {
        #expect(try await goesOn(.public) { _, _, _ in })
        #expect(try await goesOn(.unlisted) { _, _, _ in })
    }

    @Test func deletionEndsIt() async throws {
        #expect(
            try await !goesOn(.public) { library, track, owner in
                try await library.service.delete(track.id, by: owner)
            })
    }

    @Test func turningPrivateEndsIt() async throws {
        #expect(
            try await !goesOn(.unlisted) { library, track, owner in
                var input = try TrackInput(form: [:])
                input.visibility = .set("private")
                _ = try await library.service.update(track.id, TrackChanges(input), by: owner)
            })
    }

    @Test func signingOutEndsIt() async throws {
        #expect(
            try await !goesOn(.public) { library, _, _ in
                try await library.database.execute("UPDATE users SET bio = 'signed out' WHERE username = 'bob'")
            })
    }

    @Test func aBanOfTheOwnerEndsIt() async throws {
        #expect(
            try await !goesOn(.public) { library, _, _ in
                try await library.database.execute("UPDATE users SET status = 'banned' WHERE username = 'ann'")
            })
    }
}
