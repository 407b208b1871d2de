import Postgres
import HTTPTypes
import Platform
import Testing

@testable import API

@Suite struct TrackServiceTests {
    @Test func tenUploadsOfOneFileMakeOneTrack() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            let outcomes = await withTaskGroup(of: Result<Track, any Error>.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        do {
                            return .success(try await library.add([1, 2, 3], by: owner, title: "\(number)"))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let made = outcomes.compactMap { try? $0.get() }
            #expect(made.count == 1)
            for case .failure(let error) in outcomes {
                let problem = try #require(error as? Problem)
                #expect(problem.code == "duplicate_track")
                #expect(problem.details["track_id"] == made.first?.id.rawValue)
            }
            #expect(try await library.database.execute("SELECT 1 FROM ingest_jobs") == 1)
        }
    }

    @Test func anotherAccountMayHaveTheSameFile() async throws {
        try await Library.run { library in
            let first = try await library.add([1], by: try await library.member("ann"))
            let second = try await library.add([1], by: try await library.member("bob"))
            #expect(first.source.blob == second.source.blob)
            #expect(first.id != second.id)
        }
    }

    @Test func parallelUploadsShareTheQuota() async throws {
        try await Library.run(quotaBytes: 10) { library in
            let owner = try await library.member("ann")
            let made = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        (try? await library.add([UInt8](repeating: UInt8(number), count: 4), by: owner)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 2)
            #expect(try await library.tracks.storedBytes(of: owner.userID) == 8)
        }
    }

    @Test func visibilityDecidesWhoSeesATrack() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let bob = try await library.member("bob")
            let open = try await library.add([1], by: ann)
            let unlisted = try await library.add([2], by: ann, visibility: .unlisted)
            let secret = try await library.add([3], by: ann, visibility: .private)
            func sees(_ track: Track, key: String? = nil) async throws -> Bool {
                do {
                    return try await library.service.track(track.id, for: bob, key: key).id == track.id
                } catch let problem as Problem where problem.status == .notFound {
                    return false
                }
            }
            #expect(try await sees(open))
            #expect(try await !sees(unlisted))
            #expect(try await !sees(unlisted, key: secret.shareKey))
            #expect(try await sees(unlisted, key: unlisted.shareKey))
            #expect(try await !sees(secret, key: secret.shareKey))
            let listed = try await library.tracks.visible(to: bob.userID, .init(), PageRequest())
            #expect(listed.tracks.map(\.id) == [open.id])
            #expect(listed.total == 1)
            let own = try await library.tracks.visible(to: ann.userID, .init(), PageRequest())
            #expect(own.tracks.map(\.id) == [secret.id, unlisted.id, open.id])
        }
    }

    @Test func onlyTheOwnerChanges() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let bob = try await library.member("bob")
            let track = try await library.add([1], by: ann)
            let secret = try await library.add([2], by: ann, visibility: .private)
            var input = try TrackInput(form: [:])
            input.title = .set("Taken over")
            let changes = try TrackChanges(input)
            let refused = await #expect(throws: Problem.self) {
                try await library.service.update(track.id, changes, by: bob)
            }
            #expect(refused?.status == .forbidden)
            let hidden = await #expect(throws: Problem.self) { try await library.service.delete(secret.id, by: bob) }
            #expect(hidden?.status == .notFound)
            #expect(try await library.service.update(track.id, changes, by: ann).metadata.title == "Taken over")
        }
    }

    @Test func deletionIsTakenBackUnlessTheFileIsThereAgain() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let first = try await library.add([1], by: ann, tags: ["a"])
            try await library.service.delete(first.id, by: ann)
            await #expect(throws: Problem.self) {
                _ = try await library.service.track(first.id, for: ann, key: nil)
            }
            #expect(try await library.service.restore(first.id, by: ann).metadata.tags.map(\.rawValue) == ["a"])
            try await library.service.delete(first.id, by: ann)
            let second = try await library.add([1], by: ann)
            #expect(second.id != first.id)
            let conflict = await #expect(throws: Problem.self) {
                try await library.service.restore(first.id, by: ann)
            }
            #expect(conflict?.status == .conflict)
        }
    }

    @Test func tagsKeepTheirOrderAndAreCounted() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let first = try await library.add([1], by: ann, tags: ["live", "ambient"])
            _ = try await library.add([2], by: ann, tags: ["ambient"])
            _ = try await library.add([3], by: ann, tags: ["hidden"], visibility: .private)
            #expect(first.metadata.tags.map(\.rawValue) == ["live", "ambient"])
            let store = TagStore(database: library.database)
            func counts() async throws -> [String] {
                try await store.used(PageRequest()).tags.map { "\($0.name) \($0.usageCount)" }
            }
            #expect(try await counts() == ["ambient 2", "live 1"])
            var input = try TrackInput(form: [:])
            input.tags = .set(["drone"])
            _ = try await library.service.update(first.id, TrackChanges(input), by: ann)
            #expect(try await counts() == ["ambient 1", "drone 1"])
            let tagged = try await library.tracks.visible(
                to: ann.userID, .init(tag: TagName(rawValue: "drone")), PageRequest())
            #expect(tagged.tracks.map(\.id) == [first.id])
        }
    }
}
