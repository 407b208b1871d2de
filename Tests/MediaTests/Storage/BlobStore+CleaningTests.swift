import Foundation
import Testing

@testable import Media

@Suite struct BlobStoreCleaningTests {
    @Test func sweepingTakesOnlyOldLeftovers() throws {
        let temporary = try TemporaryStore()
        for name in ["old", "young"] {
            try Data([1]).write(to: URL(fileURLWithPath: "\(temporary.directory)/tmp/\(name)"))
        }
        try temporary.age("tmp/old", seconds: 7200)
        let blob = try temporary.write([1])
        try temporary.age(
            "blobs/\(blob.rawValue.prefix(2))/\(blob.rawValue.dropFirst(2).prefix(2))/\(blob)", seconds: 1e6)
        #expect(try temporary.store.sweepTemporary(olderThanSeconds: 3600) == 1)
        #expect(try temporary.files().sorted().map { $0.hasSuffix("young") } == [false, true])
    }

    @Test func everyContentIsVisitedOnce() throws {
        let temporary = try TemporaryStore()
        var expected: [BlobID: Int] = [:]
        for size in 0..<60 { expected[try temporary.write(Array(repeating: UInt8(size), count: size))] = size }
        for blob in expected.keys { try temporary.store.writeDerived([1], .waveform, of: blob) }
        let writer = try temporary.store.writer()
        try writer.append([1])
        var seen: [BlobID: Int] = [:]
        var visits = 0
        try temporary.store.forEachBlob { blob, size, modified in
            seen[blob] = size
            visits += 1
            #expect(abs(modified.timeIntervalSinceNow) < 3600)
        }
        #expect(seen == expected)
        #expect(visits == 60)
    }

    @Test func strangersAreLeftAlone() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        let shard = "\(temporary.directory)/blobs/\(blob.rawValue.prefix(2))"
        for path in ["blobs/note.txt", "blobs/\(blob.rawValue.prefix(2))/note.txt"] {
            try Data([1]).write(to: URL(fileURLWithPath: "\(temporary.directory)/\(path)"))
        }
        // Content in the wrong place is no content.
        try FileManager.default.createDirectory(atPath: "\(shard)/zz", withIntermediateDirectories: false)
        try Data([1]).write(to: URL(fileURLWithPath: "\(shard)/zz/\(String(repeating: "ab", count: 32))"))
        var seen: [BlobID] = []
        try temporary.store.forEachBlob { blob, _, _ in seen.append(blob) }
        #expect(seen == [blob])
    }

    @Test func contentMayBeRemovedWhileItIsVisited() throws {
        let temporary = try TemporaryStore()
        for size in 0..<20 { try temporary.write(Array(repeating: 1, count: size)) }
        try temporary.store.forEachBlob { blob, _, _ throws(MediaError) in try temporary.store.remove(blob) }
        #expect(try temporary.files().isEmpty)
    }

    @Test func theTrashGivesBackAndIsEmptiedByAge() throws {
        let temporary = try TemporaryStore()
        let kept = try temporary.write([1])
        let lost = try temporary.write([2])
        try temporary.store.writeDerived([9], .waveform, of: kept)
        #expect(try temporary.store.moveToTrash(kept))
        #expect(try temporary.store.moveToTrash(lost))
        #expect(try !temporary.store.contains(kept))
        #expect(try temporary.files().sorted() == ["trash/\(kept)", "trash/\(lost)"].sorted())
        // Time in the trash counts from when it came there, not from its upload.
        #expect(try temporary.store.emptyTrash(olderThanSeconds: 3600) == 0)
        #expect(try temporary.store.restoreFromTrash(kept))
        #expect(try temporary.store.open(kept)?.read(9, at: 0) == [1])
        try temporary.age("trash/\(lost)", seconds: 7200)
        #expect(try temporary.store.emptyTrash(olderThanSeconds: 3600) == 1)
        #expect(try temporary.files().count == 1)
    }
}
