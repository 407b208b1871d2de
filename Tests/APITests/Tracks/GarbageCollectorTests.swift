import Postgres
import Foundation
import Media
import Testing

@testable import API

@Suite struct GarbageCollectorTests {
    @Test func oldOrphansGoToTheTrashAndYoungOnesStay() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            for byte in 0..<10 { _ = try await library.add([UInt8(byte)], by: owner) }
            let old = try library.keep([100])
            let young = try library.keep([101])
            try library.age(old, days: 2)
            let collector = GarbageCollector(references: library.references)
            #expect(try await collector.run(dryRun: true).orphanedBlobs == [old])
            #expect(try library.blobs.contains(old))
            #expect(try await collector.run().orphanedBlobs == [old])
            #expect(try !library.blobs.contains(old))
            #expect(try library.blobs.contains(young))
            #expect(try library.blobs.restoreFromTrash(old))
        }
    }

    @Test func aCoverStaysAsLongAsATrackHasIt() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let first = try await library.add([1], by: ann)
            let second = try await library.add([2], by: ann)
            let picture = [UInt8]("a picture".utf8)
            for track in [first, second] { _ = try await library.service.setCover(of: track.id, to: picture, by: ann) }
            let cover = BlobID(of: picture)
            try library.age(cover, days: 2)
            try library.blobs.writeDerived([1, 2, 3], .picture64, of: cover)
            let collector = GarbageCollector(references: library.references)
            #expect(try await collector.run().orphanedBlobs == [])
            _ = try await library.service.setCover(of: first.id, to: nil, by: ann)
            #expect(try library.blobs.contains(cover))
            try await library.service.delete(second.id, by: ann)
            #expect(try library.blobs.contains(cover))
            try await library.database.execute(
                "UPDATE tracks SET deleted_at = now() - interval '31 days' WHERE id = $1", second.id)
            #expect(try await collector.run().expiredTracks == 1)
            #expect(try !library.blobs.contains(cover))
            #expect(try library.blobs.readDerived(.picture64, of: cover) == nil)
        }
    }

    @Test func moreThanAFifthNeedsForce() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            for byte in 0..<3 { _ = try await library.add([UInt8(byte)], by: owner) }
            let orphan = try library.keep([100])
            try library.age(orphan, days: 2)
            let collector = GarbageCollector(references: library.references)
            let refusal = await #expect(throws: GarbageCollector.Refusal.self) { try await collector.run() }
            #expect(refusal?.orphaned == 1)
            #expect(refusal?.stored == 4)
            #expect(try library.blobs.contains(orphan))
            #expect(try await collector.run(force: true).orphanedBlobs == [orphan])
            #expect(try !library.blobs.contains(orphan))
        }
    }

    @Test func deletedTracksGoAfterTheirTime() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let bob = try await library.member("bob")
            let alone = try await library.add([1], by: ann)
            let shared = try await library.add([2], by: ann)
            _ = try await library.add([2], by: bob)
            let recent = try await library.add([3], by: ann)
            for track in [alone, shared, recent] { try await library.service.delete(track.id, by: ann) }
            try await library.database.execute(
                "UPDATE tracks SET deleted_at = now() - interval '31 days' WHERE id = ANY($1::bigint[])",
                [alone.id, shared.id])
            let collector = GarbageCollector(references: library.references)
            #expect(try await collector.run(dryRun: true).expiredTracks == 2)
            #expect(try await collector.run().expiredTracks == 2)
            #expect(try !library.blobs.contains(alone.source.blob))
            #expect(try library.blobs.contains(shared.source.blob))
            #expect(try library.blobs.contains(recent.source.blob))
            #expect(try await library.service.restore(recent.id, by: ann).id == recent.id)
            #expect(try await library.database.execute("SELECT 1 FROM blobs") == 2)
        }
    }

    @Test func anUploadNeverLosesItsFileToTheCollector() async throws {
        try await Library.run { library in
            let owner = try await library.member("ann")
            for byte in 0..<40 {
                let content = [UInt8(byte), 7]
                let blob = try library.keep(content)
                async let retired = library.references.retire(blob)
                async let added = library.add(content, by: owner)
                let (_, track) = try await (retired, added)
                #expect(track.source.blob == blob)
                #expect(try library.blobs.contains(blob), "round \(byte)")
            }
        }
    }

    @Test func aStartSweepsWhatKilledUploadsLeft() async throws {
        try await Library.run { library in
            let left = "\(library.blobs.directory)/tmp/left"
            #expect(FileManager.default.createFile(atPath: left, contents: Data([1])))
            let collector = GarbageCollector(references: library.references)
            try await collector.sweepTemporary(before: Date(timeIntervalSinceNow: -60))
            #expect(FileManager.default.fileExists(atPath: left))
            try await collector.sweepTemporary(before: Date(timeIntervalSinceNow: 1))
            #expect(!FileManager.default.fileExists(atPath: left))
        }
    }
}
