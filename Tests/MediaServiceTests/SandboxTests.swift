import Foundation
import TestSupport
import Testing

@testable import MediaService

/// A worker tries what it is kept from, and cannot. This machine's kernel has all of it.
@Suite struct SandboxTests {
    @Test func nothingIsMissing() async throws {
        var program = WorkerPolicy.Program()
        program.executable = ServerProcess.executable.path
        let report = try await MediaWorkers.sandboxReport(program)
        #expect(report.missing == [])
        #expect(report.active.contains("no network"))
        #expect(report.active.contains { $0.hasPrefix("no files") })
        #expect(report.active.contains("no privileges"))
        #expect(report.active.contains("memory limit"))
    }
}
