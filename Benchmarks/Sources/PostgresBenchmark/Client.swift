import Foundation
import Glibc
import Postgres

/// Our side.
struct Client {
    struct Figure {
        let perSecond: Double
        let processorMicroseconds: Double
    }

    let database: Database

    /// Tasks that ask for one random account after another.
    func select(tasks: Int, seconds: Int) async throws -> Figure {
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let processorStart = processorSeconds()
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        _ = try await database.row(
                            "SELECT abalance FROM pgbench_accounts WHERE aid = $1",
                            Int.random(in: 1...PGBench.scale * 100_000)
                        ) { row throws(PostgresError) in try row.decode("abalance", as: Int.self) }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        return Figure(
            perSecond: Double(count) / elapsed,
            processorMicroseconds: (processorSeconds() - processorStart) / Double(count) * 1_000_000)
    }

    private func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
