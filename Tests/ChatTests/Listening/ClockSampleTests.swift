import Postgres
import TestSupport
import Testing

@testable import Chat

/// The arithmetic by which members of a listening room are together.
struct ClockSampleTests {
    /// A member's clock, and how long its messages take, in milliseconds.
    private struct Member {
        /// How far its clock is ahead.
        let error: Int
        var samples: [ClockSample] = []

        /// Asks at these moments; each way takes as long as it takes, up to 45 ms, and sometimes much longer.
        init(_ dice: inout SplitMix) {
            error = Int.random(in: -86_400_000...86_400_000, using: &dice)
            for number in 0..<8 {
                let isSlow = number != 3 && Bool.random(using: &dice)
                let there = Int.random(in: 0...(isSlow ? 900 : 45), using: &dice)
                let back = Int.random(in: 0...(isSlow ? 900 : 45), using: &dice)
                let start = 1_700_000_000_000 + number * 2_000
                samples.append(
                    ClockSample(sent: start + error, answered: start + there, received: start + there + back + error))
            }
        }

        func position(_ playing: NowPlaying, at moment: Int) -> Int {
            let best = samples.min { $0.roundTrip < $1.roundTrip }
            return playing.position(at: moment + error + (best?.offset ?? 0))
        }
    }

    @Test(arguments: [UInt64.random(in: .min ... .max), 1, 2])
    func membersAreTogether(seed: UInt64) {
        var dice = SplitMix(state: seed)
        for _ in 0..<2_000 {
            let members = [Member(&dice), Member(&dice)]
            let moment = 1_700_000_100_000 + Int.random(in: 0...10_000_000, using: &dice)
            let playing = NowPlaying(
                trackID: 1, positionMilliseconds: Int.random(in: 0...600_000, using: &dice), isPaused: false,
                atMilliseconds: moment - Int.random(in: 0...600_000, using: &dice), startedBy: nil)
            let truth = playing.positionMilliseconds + moment - playing.atMilliseconds
            let positions = members.map { $0.position(playing, at: moment) }
            #expect(positions.allSatisfy { abs($0 - truth) <= 46 }, "seed \(seed)")
            #expect(abs(positions[0] - positions[1]) <= 100, "seed \(seed)")
        }
    }

    @Test func whatIsPausedStays() {
        let playing = NowPlaying(
            trackID: 1, positionMilliseconds: 61_500, isPaused: true, atMilliseconds: 1_000, startedBy: nil)
        #expect(playing.position(at: 999_000) == 61_500)
    }

    /// Nodes whose clocks differ tell the same time: the database's.
    @Test func theSharedClockIsTheDatabases() async throws {
        try await withDatabase { database in
            let clock = SharedClock(database: database, logger: quietLogger)
            try await clock.synchronise()
            // What is told lies between two of the database's answers, but for what the way to it took.
            func now() async throws -> Int {
                let found = try await database.row(
                    "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms"
                ) { row throws(PostgresError) -> Int in try row.decode("ms") }
                return found ?? 0
            }
            let before = try await now()
            let told = clock.milliseconds
            let after = try await now()
            #expect((before - 1_000...after + 1_000).contains(told))
        }
    }
}
