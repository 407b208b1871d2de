import Foundation
import Testing

@testable import Media

@Suite struct BlobWriterTests {
    @Test func storesContentUnderItsHash() throws {
        let temporary = try TemporaryStore()
        let writer = try temporary.store.writer()
        try writer.append(Array("a".utf8))
        try writer.append([])
        try writer.append(Array("bc".utf8))
        #expect(writer.size == 3)
        let (blob, size) = try writer.finish()
        // SHA-256 of "abc", FIPS 180-2 appendix B.1.
        #expect(blob.rawValue == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(size == 3)
        #expect(try temporary.files() == ["blobs/ba/78/\(blob)"])
        #expect(try temporary.store.open(blob)?.read(100, at: 0) == Array("abc".utf8))
    }

    @Test func emptyContentIsContent() throws {
        let temporary = try TemporaryStore()
        let (blob, size) = try temporary.store.writer().finish()
        #expect(blob.rawValue == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(size == 0)
        #expect(try temporary.store.size(of: blob) == 0)
    }

    @Test func filesAreForTheirOwnerAlone() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1, 2, 3])
        try temporary.store.writeDerived([4], .waveform, of: blob)
        _ = try temporary.store.installationID()
        for file in try temporary.files() { #expect(try temporary.permissions(file) == 0o600, "\(file)") }
        for directory in ["", "blobs", "tmp", "trash", "blobs/\(blob.rawValue.prefix(2))"] {
            #expect(try temporary.permissions(directory) == 0o700, "\(directory)")
        }
    }

    @Test func nothingIsVisibleBeforeTheEnd() throws {
        let temporary = try TemporaryStore()
        let writer = try temporary.store.writer()
        try writer.append([1, 2, 3])
        #expect(try temporary.files().allSatisfy { $0.hasPrefix("tmp/") })
        _ = try writer.finish()
        #expect(try temporary.files().allSatisfy { $0.hasPrefix("blobs/") })
    }

    @Test func discardLeavesNothing() throws {
        let temporary = try TemporaryStore()
        let writer = try temporary.store.writer()
        try writer.append([1, 2, 3])
        writer.discard()
        writer.discard()
        #expect(try temporary.files().isEmpty)
        #expect(throws: MediaError.self) { try writer.append([4]) }
        #expect(throws: MediaError.self) { try writer.finish() }
    }

    @Test func aDroppedWriterLeavesNothing() throws {
        let temporary = try TemporaryStore()
        do {
            let writer = try temporary.store.writer()
            try writer.append([1, 2, 3])
        }
        #expect(try temporary.files().isEmpty)
    }

    @Test func aFinishedWriterTakesNoMore() throws {
        let temporary = try TemporaryStore()
        let writer = try temporary.store.writer()
        let blob = try writer.finish().blob
        #expect(throws: MediaError.self) { try writer.append([1]) }
        #expect(throws: MediaError.self) { try writer.finish() }
        writer.discard()
        #expect(try temporary.store.contains(blob))
    }

    @Test func theSameContentTwiceIsOneFile() throws {
        let temporary = try TemporaryStore()
        let first = try temporary.write([9, 9, 9])
        let reader = try #require(try temporary.store.open(first))
        #expect(try temporary.write([9, 9, 9]) == first)
        #expect(try temporary.files().count == 1)
        #expect(try reader.read(3, at: 0) == [9, 9, 9])
    }

    /// What a torn disk left under the name is replaced by what was really uploaded.
    @Test func anExistingTargetIsMadeWhole() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write(Array(repeating: 5, count: 5000))
        try Data([5, 5]).write(to: URL(fileURLWithPath: temporary.store.path(of: blob)))
        #expect(try temporary.write(Array(repeating: 5, count: 5000)) == blob)
        #expect(try temporary.store.size(of: blob) == 5000)
    }

    @Test func twentyWritersOfOneContentAgree() throws {
        let temporary = try TemporaryStore()
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let store = temporary.store
        DispatchQueue.concurrentPerform(iterations: 20) { _ in
            #expect(throws: Never.self) { try TemporaryStore.write(bytes, to: store) }
        }
        let files = try temporary.files()
        #expect(files.count == 1)
        let blob = try #require(files.first.flatMap { BlobID(rawValue: ($0 as NSString).lastPathComponent) })
        #expect(try store.open(blob)?.read(bytes.count + 1, at: 0) == bytes)
    }

    @Test func oneWriterMayBeUsedFromManyThreads() throws {
        let temporary = try TemporaryStore()
        let writer = try temporary.store.writer()
        DispatchQueue.concurrentPerform(iterations: 50) { _ in
            #expect(throws: Never.self) { try writer.append(Array(repeating: 7, count: 1000)) }
        }
        #expect(try writer.finish().size == 50_000)
    }
}
