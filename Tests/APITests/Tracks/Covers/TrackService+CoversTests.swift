import Platform
import Postgres
import Testing

@testable import API

@Suite struct TrackServiceCoversTests {
    @Test func coversCountTowardTheQuotaOfTheirOwner() async throws {
        try await Library.run(quotaBytes: 1_000) { library in
            let owner = try await library.member("ann")
            let first = try await library.add(Array(repeating: 1, count: 500), by: owner)
            let second = try await library.add(Array(repeating: 2, count: 300), by: owner)
            func bytes() async throws -> Int { try await library.tracks.storedBytes(of: owner.userID) }
            func refusal(_ body: () async throws -> Void) async -> Problem? {
                await #expect(throws: Problem.self) { try await body() }
            }

            let cover = [UInt8](repeating: 3, count: 150)
            _ = try await library.service.setCover(of: first.id, to: cover, by: owner)
            #expect(try await bytes() == 950)
            // The same picture is kept once.
            let shared = try await library.service.setCover(of: second.id, to: cover, by: owner)
            #expect(try await bytes() == 950)
            let problem = await refusal {
                _ = try await library.service.setCover(of: second.id, to: Array(repeating: 4, count: 51), by: owner)
            }
            #expect(problem?.code == "quota_exceeded")
            #expect(try await library.tracks.live(second.id)?.cover == shared.cover)
            #expect(try await bytes() == 950)
            let upload = await refusal { _ = try await library.add(Array(repeating: 5, count: 51), by: owner) }
            #expect(upload?.code == "quota_exceeded")

            // Another account's covers are its own.
            let other = try await library.member("bob")
            let theirs = try await library.add(Array(repeating: 6, count: 900), by: other)
            _ = try await library.service.setCover(of: theirs.id, to: Array(repeating: 7, count: 100), by: other)
            #expect(try await bytes() == 950)

            for track in [first, second] { _ = try await library.service.setCover(of: track.id, to: nil, by: owner) }
            #expect(try await bytes() == 800)
            _ = try await library.add(Array(repeating: 5, count: 200), by: owner)
        }
    }

    @Test func anAccountThatIsFullMayStillTakeASmallerCover() async throws {
        try await Library.run(quotaBytes: 1_000) { library in
            let owner = try await library.member("ann")
            let track = try await library.add(Array(repeating: 1, count: 900), by: owner)
            // Covers inside of files come with them, however large they are.
            let large = try await library.references.keep(Array(repeating: 2, count: 400))
            try await library.database.transaction { transaction in
                try await TrackStore.keep(embeddedCover: large, of: track.id, in: transaction)
            }
            #expect(try await library.tracks.storedBytes(of: owner.userID) == 1_300)
            _ = try await library.service.setCover(of: track.id, to: Array(repeating: 3, count: 300), by: owner)
            #expect(try await library.tracks.storedBytes(of: owner.userID) == 1_200)
        }
    }
}
