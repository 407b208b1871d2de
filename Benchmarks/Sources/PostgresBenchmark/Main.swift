import Foundation
import Logging
import Postgres

/// Primary-key SELECTs of pgbench's table by our client, against `pgbench -S` in turns on the same server:
///
///     swift run -c release PostgresBenchmark [SECONDS A TURN] [TURNS]
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let seconds = arguments.first ?? 5
        let turns = arguments.dropFirst().first ?? 3
        let directory = "/tmp/talas-benchmark-\(getpid())"
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let cluster = PrivateCluster(dataDirectory: directory, logger: logger)
        let url = try await cluster.start()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            try await compare(Database(DatabaseSettings(url: url), logger: logger), PGBench(url: url), seconds, turns)
        } catch {
            print("failed: \(error)")
        }
        await cluster.stop()
    }

    private static func compare(_ database: Database, _ peer: PGBench, _ seconds: Int, _ turns: Int) async throws {
        try await peer.initialise()
        var ratios: [Double] = []
        for turn in 1...turns {
            let theirs = try await peer.select(statements: seconds * 50_000)
            let ours = try await Client(database: database).select(tasks: 16, seconds: seconds)
            ratios.append(ours.perSecond / theirs)
            print(
                "turn \(turn): pgbench -S \(Int(theirs))/s, ours \(Int(ours.perSecond))/s, "
                    + "\(ours.processorMicroseconds.formatted(.number.precision(.fractionLength(1)))) µs of our CPU each, "
                    + "ratio \(ratios[turn - 1].formatted(.number.precision(.fractionLength(2))))")
        }
        await database.close()
        let median = ratios.sorted()[turns / 2]
        print("median ratio \(median.formatted(.number.precision(.fractionLength(2)))), goal 1.2")
    }
}
