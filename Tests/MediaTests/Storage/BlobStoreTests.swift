import Foundation
import Testing

@testable import Media

@Suite struct BlobStoreTests {
    private static let absent = BlobID(digest: Array(repeating: 0xAB, count: 32))

    @Test func whatIsNotThereIsNil() throws {
        let temporary = try TemporaryStore()
        #expect(try !temporary.store.contains(Self.absent))
        #expect(try temporary.store.size(of: Self.absent) == nil)
        #expect(try temporary.store.open(Self.absent) == nil)
        #expect(try temporary.store.readDerived(.waveform, of: Self.absent) == nil)
        #expect(try !temporary.store.remove(Self.absent))
        #expect(try !temporary.store.moveToTrash(Self.absent))
        #expect(try !temporary.store.restoreFromTrash(Self.absent))
    }

    @Test func pathsFollowTheName() throws {
        let temporary = try TemporaryStore()
        #expect(
            temporary.store.path(of: Self.absent)
                == "\(temporary.directory)/blobs/ab/ab/\(String(repeating: "ab", count: 32))")
    }

    @Test func opensAgainWhatItHolds() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1, 2, 3])
        #expect(try BlobStore(directory: temporary.directory).contains(blob))
    }

    @Test func aPlaceThatCannotHoldItIsAnError() {
        #expect { try BlobStore(directory: "/dev/null/store") } throws: { ($0 as? MediaError)?.code == .io }
    }

    @Test func freeSpaceIsKnown() throws {
        let temporary = try TemporaryStore()
        #expect(try temporary.store.freeBytes() > 0)
    }

    @Test func readsAtAnyOffset() throws {
        let temporary = try TemporaryStore()
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
        let file = try #require(try temporary.store.open(try temporary.write(bytes)))
        #expect(file.size == 5000)
        #expect(try file.read(10, at: 300) == Array(bytes[300..<310]))
        #expect(try file.read(100, at: 4990) == Array(bytes[4990...]))
        #expect(try file.read(100, at: 5000) == [])
        #expect(try file.read(100, at: 6000) == [])
    }

    @Test func anOpenFileOutlivesItsRemoval() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1, 2, 3])
        let file = try #require(try temporary.store.open(blob))
        #expect(try temporary.store.remove(blob))
        #expect(try file.read(3, at: 0) == [1, 2, 3])
    }
}
