import Foundation

/// The peer: PostgreSQL's own benchmark, a C program.
struct PGBench {
    struct Failure: Error {
        let output: String
    }

    static let scale = 10
    static let clients = 16

    let url: String

    func initialise() async throws {
        try await run(["-i", "-q", "-s", "\(Self.scale)", url])
    }

    /// SELECTs by primary key a second: the better of one thread and two. Counts statements rather than seconds, whose
    /// alarm never comes where the parent has signals blocked.
    func select(statements: Int) async throws -> Double {
        var best = 0.0
        for threads in 1...2 {
            let output = try await run([
                "-S", "-n", "-M", "prepared", "-c", "\(Self.clients)", "-j", "\(threads)", "-t",
                "\(statements / Self.clients)", url,
            ])
            // tps = 61234.567890 (without initial connection time)
            guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
                let figure = line.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) })
            else { throw Failure(output: output) }
            best = max(best, figure)
        }
        return best
    }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["pgbench"] + arguments
        process.environment = [
            "PATH": "/usr/lib/postgresql/17/bin:/usr/lib/postgresql/16/bin:/usr/lib/postgresql/15/bin:/usr/bin:/bin"
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try String(decoding: pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(output: output) }
        return output
    }
}
