import Foundation
import Media
import TestSupport
import Testing

@testable import MediaService

/// Whole files that workers convert, piece by piece.
@Suite struct TranscodeTests {
    private static let seconds = 2.0

    private static func convert(_ shop: Workshop, _ wish: Transcoder.Wish) async throws -> [UInt8] {
        let collected = Collected()
        try await shop.workers.transcode(shop.blob, as: wish) { collected.append($0) }
        return collected.bytes
    }

    @Test(arguments: TranscodeFormat.allCases)
    func comesWholeAndPlays(format: TranscodeFormat) async throws {
        try await Workshop.run { shop in
            let bytes = try await Self.convert(shop, Transcoder.Wish(format))
            let expected = try TranscodedPieces(shop.store.path(of: shop.blob), as: Transcoder.Wish(format))
            #expect(Int64(bytes.count) == expected.sizeBytes)
            #expect(try (0..<expected.count).flatMap { try expected.bytes(ofPiece: $0) } == bytes)
            let folder = try TemporaryDirectory()
            let path = "\(folder.path)/out.\(format.fileExtension)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            // To the end without a complaint, and as long as the source.
            let decoded = try await Program.run(
                "ffmpeg", ["-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-ar", "48000", "-"])
            #expect(decoded.status == 0 && decoded.errors.isEmpty, "\(decoded.errors)")
            #expect(abs(Double(decoded.output.count) / 4 / 48_000 - Self.seconds) < 0.05)
        }
    }

    @Test func whatCannotBeIsSaid() async throws {
        try await Workshop.run { shop in
            let bitrate = await #expect(throws: MediaError.self) {
                try await Self.convert(shop, Transcoder.Wish(.mp3, kilobits: 77))
            }
            #expect(bitrate?.code == .invalidOption)
            let text = try Workshop.keep(Data("This is no audio.".utf8), in: shop.store)
            let unreadable = await #expect(throws: MediaError.self) {
                try await shop.workers.transcode(text, as: Transcoder.Wish(.wav)) { _ in }
            }
            #expect(unreadable?.code == .unreadable)
        }
    }

    @Test func whoLeavesEndsTheWork() async throws {
        struct Enough: Error {}
        try await Workshop.run { shop in
            let taken = Collected()
            await #expect(throws: Enough.self) {
                try await shop.workers.transcode(shop.blob, as: Transcoder.Wish(.mp3)) { piece in
                    taken.append(piece)
                    throw Enough()
                }
            }
            #expect(taken.pieces.count == 1)
            // The next one finds a worker.
            let next = try await Self.convert(shop, Transcoder.Wish(.mp3))
            #expect(!next.isEmpty)
        }
    }

    @Test func aWorkerThatIsLostBeforeTheFirstPieceIsReplaced() async throws {
        try await Workshop.run { shop in
            let expected = try await Self.convert(shop, Transcoder.Wish(.opus))
            let victims = shop.workers.processIdentifiers
            for victim in victims { kill(victim, SIGSTOP) }
            async let bytes = Self.convert(shop, Transcoder.Wish(.opus))
            while shop.workers.leasedCount == 0 { await Task.yield() }
            for victim in victims { kill(victim, SIGKILL) }
            let made = try await bytes
            #expect(made == expected)
        }
    }
}
