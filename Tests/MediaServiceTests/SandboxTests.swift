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
    /// What a worker gave up must hold for its first thread as well: that one lives as long as the process, and by it the
    /// kernel ends a worker whose server is gone.
    @Test func holdsForEveryThread() async throws {
        try await Workshop.run { shop in
            _ = try await shop.workers.probe(shop.blob)
            for process in shop.workers.processIdentifiers {
                let folder = "/proc/\(process)/task"
                let threads = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(threads.count > 1)
                for thread in threads {
                    let status = try String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8)
                    #expect(!status.contains("\nUid:\t0\t"), "thread \(thread) of \(process) is root")
                    #expect(status.contains("\nNoNewPrivs:\t1\n") && status.contains("\nSeccomp:\t2\n"))
                }
            }
        }
    }
}
