import Foundation
import HTTPTypes
import Media
import Platform
import TestSupport
import Testing

@testable import API

@Suite struct WaveformDrawingRoomTests {
    @Test func decodingAgainIsBoundedAndDrawingIsNot() async throws {
        try await Library.run { library in
            let blob = try library.keep(Array(try Fixture.data("sine-440hz-2s-stereo-48k.flac")))
            _ = try await Ingestion(store: library.blobs, files: library.threads, work: library.work).run(
                blob, Ingestion.Progress())
            let room = WaveformDrawingRoom(
                store: library.blobs, threads: library.threads, work: library.work, maximumDecodes: 0)
            var odd = WaveformOptions()
            odd.samplesPerPixel = 300
            #expect(try await !room.draw(blob, .dat, WaveformOptions()).isEmpty)
            #expect(try await !room.draw(blob, .png, odd).isEmpty)
            let busy = await #expect(throws: Problem.self) { try await room.draw(blob, .dat, odd) }
            #expect(busy?.code == "media_busy")
            #expect(busy?.status == .serviceUnavailable)
        }
    }

    @Test func whatWasLostIsMadeAgain() async throws {
        try await Library.run { library in
            let blob = try library.keep(Array(try Fixture.data("sine-440hz-2s-stereo-48k.flac")))
            _ = try await Ingestion(store: library.blobs, files: library.threads, work: library.work).run(
                blob, Ingestion.Progress())
            let room = WaveformDrawingRoom(
                store: library.blobs, threads: library.threads, work: library.work, maximumDecodes: 1)
            let before = try await room.draw(blob, .json, WaveformOptions())
            try library.blobs.writeDerived(Array("damaged".utf8), .waveform, of: blob)
            #expect(try await room.draw(blob, .json, WaveformOptions()) == before)
            try library.blobs.removeDerived(.waveform, of: blob)
            #expect(try await room.draw(blob, .json, WaveformOptions()) == before)
        }
    }
}
