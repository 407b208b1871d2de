import Postgres
import Media
import Platform
import TestSupport
import Testing

@testable import API

@Suite struct IngestServiceTests {
    /// Runs the service until each of `count` tracks has come to an end; gives the ends by track.
    private func ends(of count: Int, in library: Library, start: () async throws -> Void) async throws -> [Int: String]
    {
        let service = IngestService(
            queue: IngestQueue(database: library.database, node: "a"), references: library.references,
            work: library.work, bus: library.bus, workers: 2, logger: quietLogger)
        let events = library.bus.subscribe()
        let running = Task { try await service.run() }
        try await start()
        var ends: [Int: String] = [:]
        for await event in events where event.topic == .trackProgress {
            guard event.detail == "ready" || event.detail == "failed" else { continue }
            ends[event.id] = event.detail
            if ends.count == count { break }
        }
        running.cancel()
        _ = await running.result
        return ends
    }

    @Test func whatWasQueuedBeforeAndWhatComesLaterIsDecoded() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            let before = try await library.add(fixture: "sine-440hz-2s-stereo-48k.flac", by: owner)
            let ends = try await ends(of: 2, in: library) {
                _ = try await library.add(fixture: "ramp-4s-mono-44.1k.flac", by: owner)
            }
            #expect(Set(ends.values) == ["ready"])
            let ready = try #require(try await library.tracks.live(before.id))
            #expect(ready.status == .ready)
            #expect(ready.facts.sampleCount == 96_000)
            #expect(ready.facts.durationMilliseconds == 2_000)
            #expect(ready.facts.loudnessLUFS != nil)
            #expect(try library.blobs.readDerived(.waveform, of: before.source.blob) != nil)
            #expect(try library.blobs.readDerived(.packetIndex, of: before.source.blob) != nil)
        }
    }

    @Test func whatTheOwnerChoseOutlivesTheFilesOwn() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            let name = "sine-440hz-1s-stereo-44.1k-cover.flac"
            let untouched = try await library.add(fixture: name, by: owner)
            let chosen = try await library.add(fixture: name, by: try await library.member("bob"))
            let bob = Caller(
                userID: chosen.userID, username: "bob", role: .user, status: .active, credential: .session(1))
            _ = try await library.service.setCover(of: chosen.id, to: [1, 2, 3], by: bob)
            let bare = try await library.add(fixture: "sine-440hz-1s-stereo-44.1k-cover.mp3", by: owner)
            _ = try await library.service.setCover(of: bare.id, to: nil, by: owner)
            _ = try await ends(of: 3, in: library) {}
            let cover = try #require(try await library.tracks.live(untouched.id)?.cover)
            #expect(try library.blobs.contains(cover))
            #expect(try await library.tracks.live(chosen.id)?.cover == BlobID(of: [1, 2, 3]))
            #expect(try await library.tracks.live(bare.id)?.cover == nil)
        }
    }

    @Test func whatCannotBeDecodedFails() async throws {
        try await Library.run { library in
            let track = try await library.add(Array("not audio at all".utf8), by: try await library.member("ann"))
            let ends = try await ends(of: 1, in: library) {}
            #expect(ends == [track.id.rawValue: "failed"])
            #expect(try await library.tracks.live(track.id)?.failure?.isEmpty == false)
        }
    }

    @Test func whatADeadWorkerHeldIsTakenUp() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            let track = try await library.add(fixture: "sine-440hz-2s-stereo-48k-cbr128.mp3", by: owner)
            _ = try await IngestQueue(database: library.database, node: "dead", leaseSeconds: 0).claim()
            let ends = try await ends(of: 1, in: library) {}
            #expect(ends == [track.id.rawValue: "ready"])
        }
    }
}
