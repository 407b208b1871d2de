import Platform
import Postgres
import Testing

@testable import API

@Suite struct IngestQueueTests {
    private let finding: IngestQueue.Finding = {
        var facts = TrackFacts()
        facts.sampleCount = 96_000
        facts.durationMilliseconds = 2_000
        facts.loudnessLUFS = -14.5
        facts.warnings = ["truncated"]
        return .init(sampleRate: 48_000, channels: 2, facts: facts)
    }()

    @Test func theOldestIsClaimedFirstAndOnce() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            let first = try await library.add([1], by: owner)
            let second = try await library.add([2], by: owner)
            let queue = IngestQueue(database: library.database, node: "a")
            let claimed = [try await queue.claim(), try await queue.claim(), try await queue.claim()]
            #expect(claimed.map { $0?.trackID } == [first.id, second.id, nil])
            #expect(claimed[0]?.blob == first.source.blob)
            #expect(claimed[0]?.ownerID == owner.userID)
        }
    }

    @Test func manyClaimersNeverShareAJob() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            for byte in 0..<40 { _ = try await library.add([UInt8(byte)], by: owner) }
            let claimed = try await withThrowingTaskGroup(of: [Int].self) { group in
                for node in 0..<8 {
                    group.addTask {
                        let queue = IngestQueue(database: library.database, node: "node \(node)")
                        var jobs: [Int] = []
                        while let job = try await queue.claim() { jobs.append(job.id) }
                        return jobs
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 40)
            #expect(Set(claimed).count == 40)
        }
    }

    @Test func whoLostItsLeaseFinishesNothing() async throws {
        try await Library.run { library in
            let track = try await library.add([1], by: try await library.member("ann"))
            let dead = IngestQueue(database: library.database, node: "dead", leaseSeconds: 0)
            let alive = IngestQueue(database: library.database, node: "alive")
            let lost = try #require(try await dead.claim())
            let taken = try #require(try await alive.claim())
            #expect(taken.id == lost.id)
            #expect(taken.attempt == 2)
            #expect(try await !dead.renew(lost))
            #expect(try await !dead.finish(lost, finding))
            #expect(try await !dead.fail(lost, "no"))
            #expect(try await library.tracks.live(track.id)?.status == .processing)
            #expect(try await alive.renew(taken))
            #expect(try await alive.finish(taken, finding))
            #expect(try await !alive.finish(taken, finding))
            let ready = try #require(try await library.tracks.live(track.id))
            #expect(ready.status == .ready)
            #expect(ready.facts == finding.facts)
            #expect(try await alive.claim() == nil)
        }
    }

    @Test func aRestartTakesUpWhatItHeld() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            _ = try await library.add([1], by: owner)
            _ = try await library.add([2], by: owner)
            let first = IngestQueue(database: library.database, node: "a")
            let other = IngestQueue(database: library.database, node: "b")
            let mine = try #require(try await first.claim())
            let theirs = try #require(try await other.claim())
            try await IngestQueue(database: library.database, node: "a").recover()
            let again = try #require(try await other.claim())
            #expect(again.id == mine.id)
            #expect(try await other.claim() == nil)
            #expect(try await other.finish(theirs, finding))
        }
    }

    @Test func faultsAreBounded() async throws {
        try await Library.run { library in
            let track = try await library.add([1], by: try await library.member("ann"))
            let queue = IngestQueue(database: library.database, node: "a")
            for _ in 1...IngestQueue.maximumFaults {
                try await library.database.execute("UPDATE ingest_jobs SET run_after = now()")
                let job = try #require(try await queue.claim())
                try await queue.postpone(job, "The worker ended.", isFault: true)
            }
            try await library.database.execute("UPDATE ingest_jobs SET run_after = now()")
            #expect(try await queue.claim() == nil)
            try await expectAbandoned(track.id, queue, library)
        }
    }

    @Test func attemptsLostToKillsAreNoFaultsButBoundedToo() async throws {
        try await Library.run { library in
            let track = try await library.add([1], by: try await library.member("ann"))
            let queue = IngestQueue(database: library.database, node: "a", leaseSeconds: 0)
            for attempt in 1...IngestQueue.maximumAttempts {
                #expect(try await queue.abandon().isEmpty)
                #expect(try await queue.claim()?.attempt == attempt)
            }
            #expect(try await queue.claim() == nil)
            try await expectAbandoned(track.id, queue, library)
        }
    }

    private func expectAbandoned(_ track: Track.ID, _ queue: IngestQueue, _ library: Library) async throws {
        #expect(try await queue.abandon().map(\.trackID) == [track])
        #expect(try await queue.abandon().isEmpty)
        let failed = try #require(try await library.tracks.live(track))
        #expect(failed.status == .failed)
        #expect(failed.failure?.contains("again and again") == true)
    }

    @Test func aFullDiskIsWaitedFor() async throws {
        try await Library.run { library in
            _ = try await library.add([1], by: try await library.member("ann"))
            let queue = IngestQueue(database: library.database, node: "a")
            for attempt in 1...2 * IngestQueue.maximumFaults {
                let job = try #require(try await queue.claim())
                #expect(job.attempt == attempt)
                try await queue.postpone(job, "The disk is full.", isFault: false)
                try await library.database.execute("UPDATE ingest_jobs SET run_after = now()")
            }
            #expect(try await queue.abandon().isEmpty)
        }
    }

    @Test func whatIsPutOffWaits() async throws {
        try await Library.run { library in
            _ = try await library.add([1], by: try await library.member("ann"))
            let queue = IngestQueue(database: library.database, node: "a")
            let job = try #require(try await queue.claim())
            try await queue.postpone(job, "The disk is full.", isFault: true)
            #expect(try await queue.claim() == nil)
            try await library.database.execute("UPDATE ingest_jobs SET run_after = now()")
            #expect(try await queue.claim()?.attempt == 2)
        }
    }

    @Test func aFailureTellsWhy() async throws {
        try await Library.run { library in
            let track = try await library.add([1], by: try await library.member("ann"))
            let queue = IngestQueue(database: library.database, node: "a")
            let job = try #require(try await queue.claim())
            #expect(try await queue.fail(job, "It cannot be decoded."))
            let failed = try #require(try await library.tracks.live(track.id))
            #expect(failed.status == .failed)
            #expect(failed.failure == "It cannot be decoded.")
        }
    }
}
