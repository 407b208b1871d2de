import Foundation
import Media
import TestSupport
import Testing

@testable import MediaService

/// What workers answer is what this process would have found itself.
@Suite struct MediaWorkersTests {
    @Test func segmentsAreThoseOfThisProcess() async throws {
        try await Workshop.run { shop in
            for codec in [RenditionCodec.mp3(kilobits: 128), .opus(kilobits: 96), .wav] {
                let segment = try shop.segment(codec)
                #expect(try await shop.encode(segment) == segment.made(), "\(codec)")
                // Once more, of a source that the worker has.
                #expect(try await shop.encode(segment) == segment.made(), "\(codec)")
            }
        }
    }

    @Test func piecesComeOneByOne() async throws {
        try await Workshop.run { shop in
            let collected = Collected()
            try await shop.workers.encode(try shop.segment(.mp3(kilobits: 128)), of: shop.blob, take: collected.append)
            #expect(collected.pieces.count == 7)
        }
    }

    @Test(arguments: ["sine-440hz-2s-stereo-48k.flac", "ramp-4s-mono-44.1k.flac"])
    func whatIngestFindsArrivesWhole(fixture: String) async throws {
        try await Workshop.run(fixture) { shop in
            let progress = Collected()
            let found = try await shop.workers.ingest(shop.blob) { progress.append([UInt8($0 * 100)]) }
            let expected = try Ingest.file(shop.store.path(of: shop.blob))
            #expect(found.probe == expected.probe)
            #expect(found.packetIndex == expected.packetIndex)
            #expect(found.waveform == expected.waveform)
            #expect(found.loudness == expected.loudness)
            #expect(found.warnings == expected.warnings)
            #expect(found.sampleCount == expected.sampleCount)
            #expect(progress.bytes.last == 100)
        }
    }

    @Test func probesAndWaveformsAndBehaviourAreTheSame() async throws {
        try await Workshop.run { shop in
            let path = shop.store.path(of: shop.blob)
            #expect(try await shop.workers.probe(shop.blob) == Probe.file(path))
            #expect(
                try await shop.workers.waveform(of: shop.blob, samplesPerPixel: 100)
                    == Waveform.file(path, samplesPerPixel: 100))
            let directory = try TemporaryDirectory()
            #expect(try await shop.workers.behaviours() == [BehaviourDigest.compute(in: directory.path)])
        }
    }

    @Test func tellsWhatFilesAreByTheirBytes() async throws {
        try await Workshop.run { shop in
            let detector = try FileTypeDetector()
            let texts = ["%PDF-1.4\n", "plain", "GIF89a\u{1}\u{0}", "<!DOCTYPE html>", "#!/bin/sh\n", ""]
            for bytes in texts.map({ Array($0.utf8) }) {
                // Behind the sandbox, where no table of types can be read any more.
                #expect(try await shop.workers.mediaType(of: bytes) == detector.mediaType(of: bytes))
            }
            #expect(try await shop.workers.mediaType(of: Array("%PDF-1.4\n".utf8)) == "application/pdf")
        }
    }

    @Test func aWorkerEncodesOnlyAsItIsAsked() async throws {
        try await Workshop.run { shop in
            let any = try shop.segment(.mp3(kilobits: 128))
            let own = try #require(try await shop.workers.behaviours().first)
            func asking(_ behaviour: String) -> SegmentRequest {
                SegmentRequest(source: any.source, layout: any.layout, index: 0, behaviour: behaviour)
            }
            #expect(try await shop.encode(asking(own)) == any.made())
            let error = await #expect(throws: MediaError.self) { try await shop.encode(asking("0123456789abcdef")) }
            #expect(error == .otherBehaviour)
            // The worker is as good as before.
            #expect(try await shop.encode(asking(own)) == any.made())
            #expect(shop.workers.processIdentifiers.count == 1)
        }
    }

    #if arch(x86_64)
        @Test func otherInstructionsGiveOtherBytesAndAnotherDigest() async throws {
            func look(_ flags: String?) async throws -> (bytes: [UInt8], behaviours: Set<String>) {
                var found: (bytes: [UInt8], behaviours: Set<String>) = ([], [])
                try await Workshop.run("noise-1s-stereo-44.1k-vbr.mp3") { policy, _ in
                    policy.program.processorFeatures = flags.flatMap(ProcessorFeatures.init)
                } _: { shop in
                    var bytes: [UInt8] = []
                    // Not every encoder gives other bytes for samples that differ in their last bits.
                    for codec in [RenditionCodec.aac(kilobits: 256), .opus(kilobits: 256), .mp3(kilobits: 320), .wav] {
                        bytes += try await shop.encode(try shop.segment(codec))
                    }
                    found = (bytes, try await shop.workers.behaviours())
                }
                return found
            }
            let (all, few, again) = (try await look(nil), try await look("sse2"), try await look("sse2"))
            #expect(all.bytes != few.bytes)
            #expect(all.behaviours != few.behaviours)
            #expect(few.bytes == again.bytes && few.behaviours == again.behaviours)
        }
    #endif

    @Test func errorsOfTheFileKeepTheirKindAndSentence() async throws {
        try await Workshop.run { shop in
            let text = try Workshop.keep(Data("This is no audio.".utf8), in: shop.store)
            let expected = #expect(throws: MediaError.self) { try Probe.file(shop.store.path(of: text)) }
            let error = await #expect(throws: MediaError.self) { try await shop.workers.probe(text) }
            #expect(error == expected)
            // The worker is as good as before.
            #expect(try await shop.workers.probe(shop.blob).codec == "flac")
            #expect(shop.workers.processIdentifiers.count == 1)
        }
    }

    @Test func aFileThatIsGoneIsSaidToBe() async throws {
        try await Workshop.run { shop in
            let gone = try #require(BlobID(rawValue: String(repeating: "0", count: 64)))
            let error = await #expect(throws: MediaError.self) { try await shop.workers.probe(gone) }
            #expect(error?.code == .io)
        }
    }

    @Test func manyTasksShareFewWorkers() async throws {
        try await Workshop.run(workers: 2) { shop in
            let segment = try shop.segment(.opus(kilobits: 64))
            let expected = try segment.made()
            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<20 { group.addTask { try await shop.encode(segment) } }
                for try await bytes in group { #expect(bytes == expected) }
            }
            #expect(shop.workers.processIdentifiers.count == 2)
        }
    }

    @Test func workersAreReplacedAfterManyTasks() async throws {
        try await Workshop.run(policy: { policy, _ in policy.tasksPerWorker = 2 }) { shop in
            var seen: Set<Int32> = []
            for _ in 0..<6 {
                _ = try await shop.workers.probe(shop.blob)
                seen.formUnion(shop.workers.processIdentifiers)
            }
            #expect(seen.count >= 3)
        }
    }
}
