import Foundation
import Media
import TestSupport
import Testing

@testable import MediaService

/// Workers that crash, hang or take too much, as real processes.
@Suite struct WorkerFaultTests {
    private func fault(_ kind: WorkerFault.Kind) -> (inout WorkerPolicy, BlobID) -> Void {
        { policy, blob in
            policy.program.environment[WorkerFault.variable] = "\(kind.rawValue):\(blob)"
            policy.program.memoryBytes = 256 << 20
        }
    }

    @Test func aTaskWhoseWorkerIsKilledIsDoneByAnother() async throws {
        try await Workshop.run { shop in
            let segment = try shop.segment(.mp3(kilobits: 320))
            let expected = try segment.made()
            _ = try await shop.encode(segment)
            let victim = try #require(shop.workers.processIdentifiers.first)
            kill(victim, SIGSTOP)
            async let bytes = shop.encode(segment)
            while shop.workers.leasedCount == 0 { await Task.yield() }
            kill(victim, SIGKILL)
            let made = try await bytes
            #expect(made == expected)
            #expect(!shop.workers.processIdentifiers.contains(victim))
        }
    }

    @Test func aListenerWhoHasHadPiecesGetsTheRest() async throws {
        try await Workshop.run { shop in
            let segment = try shop.segment(.wav)
            let collected = Collected()
            try await shop.workers.encode(segment, of: shop.blob) { piece in
                if collected.pieces.isEmpty { shop.workers.processIdentifiers.forEach { kill($0, SIGKILL) } }
                collected.append(piece)
            }
            #expect(try collected.bytes == segment.made())
        }
    }

    @Test func aWorkerThatHangsIsEndedAtItsDeadline() async throws {
        try await Workshop.run(policy: { policy, blob in
            fault(.hang)(&policy, blob)
            policy.shortDeadline = .milliseconds(500)
        }) { shop in
            let error = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(error?.code == .interrupted)
        }
    }

    @Test(arguments: [WorkerFault.Kind.crash, .grow])
    func aSourceThatEndsWorkersIsLeftAloneAndOthersAreNot(kind: WorkerFault.Kind) async throws {
        try await Workshop.run(policy: fault(kind)) { shop in
            let other = try Workshop.keep(try Fixture.data("ramp-4s-mono-44.1k.flac"), in: shop.store)
            let first = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(first?.code == .interrupted)
            #expect(try await shop.workers.probe(other).codec == "flac")
            let second = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(second?.code == .quarantined)
            let before = shop.workers.processIdentifiers
            let third = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(third?.code == .quarantined)
            // None was started for it; the one that it ended may just be gone.
            #expect(Set(shop.workers.processIdentifiers).isSubset(of: before))
            #expect(try await shop.workers.probe(other).codec == "flac")
        }
    }

    @Test func processorTimeIsBounded() async throws {
        try await Workshop.run(policy: { policy, blob in
            fault(.spin)(&policy, blob)
            policy.shortProcessorSeconds = 1
        }) { shop in
            let error = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test func whoeverLeavesTakesTheWorkerAlong() async throws {
        try await Workshop.run(policy: fault(.hang)) { shop in
            let task = Task { try await shop.workers.probe(shop.blob) }
            while shop.workers.leasedCount == 0 { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let other = try Workshop.keep(try Fixture.data("ramp-4s-mono-44.1k.flac"), in: shop.store)
            #expect(try await shop.workers.probe(other).codec == "flac")
        }
    }

    @Test func closingEndsEveryWorker() async throws {
        try await Workshop.run(workers: 2) { shop in
            shop.workers.prepare()
            _ = try await shop.workers.probe(shop.blob)
            shop.workers.close()
            while !shop.workers.processIdentifiers.isEmpty { await Task.yield() }
            let error = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(error?.code == .interrupted)
        }
    }

    @Test func aProgramThatCannotBeRunIsSaidToBe() async throws {
        try await Workshop.run(policy: { policy, _ in policy.program.executable = "/nonexistent/talas" }) { shop in
            let error = await #expect(throws: MediaError.self) { try await shop.workers.probe(shop.blob) }
            #expect(error?.message.contains("/nonexistent/talas") == true)
        }
    }
    /// It has ended before there is a connection, by which its end could be noticed.
    @Test func whatEndsBeforeItAnswersIsAnError() async throws {
        try await Workshop.run(policy: { policy, _ in policy.program.executable = "/bin/true" }) { shop in
            await #expect(throws: MediaError.self) {
                try await bounded("A task without a worker") { try await shop.workers.probe(shop.blob) }
            }
        }
    }
}
