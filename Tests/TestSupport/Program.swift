package import Foundation

/// One run of `talas`, or of another program, to its end.
package struct Program: Sendable {
    package let status: Int32
    package let output: Data
    package let errors: String

    /// The output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }

    /// Runs `talas` with these arguments.
    package static func talas(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) async throws -> Program {
        var variables = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        variables.merge(environment) { _, new in new }
        return try await run(
            ServerProcess.executable, arguments, environment: withFolders(variables), input: input)
    }

    /// The environment with a place for internal documents beside the uploads, so that none is made where tests run, and,
    /// where tests run as root, the user who can reach the tests' database.
    static func withFolders(_ environment: [String: String]) -> [String: String] {
        var environment = environment
        if let uploads = environment["UPLOAD_PATH"], environment["INTERNAL_DOCS_PATH"] == nil {
            environment["INTERNAL_DOCS_PATH"] = uploads + "-internal"
        }
        if environment["DATABASE_URL"] != nil, environment["RUN_AS"] == nil { environment["RUN_AS"] = TestUser.name }
        return environment
    }

    /// Runs a program of the system, by its name.
    package static func run(_ name: String, _ arguments: [String]) async throws -> Program {
        try await run(
            URL(fileURLWithPath: "/usr/bin/env"), [name] + arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static func run(
        _ executable: URL, _ arguments: [String], environment: [String: String], input: String? = nil
    ) async throws -> Program {
        let folder = try TemporaryDirectory()
        let names = ["input", "output", "errors"].map { URL(fileURLWithPath: folder.path).appending(path: $0) }
        try Data((input ?? "").utf8).write(to: names[0])
        for name in names.dropFirst() { try Data().write(to: name) }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        let ended = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            ended.continuation.yield(process.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        let line = ([executable.lastPathComponent] + arguments).joined(separator: " ")
        let errors = names[2]
        let status = try await bounded(line, state: { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }) {
            for await status in ended.stream { return status }
            throw CancellationError()
        }
        return Program(
            status: status, output: try Data(contentsOf: names[1]),
            errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self))
    }
}
