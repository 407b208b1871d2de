import Media
import NIOCore
import TestSupport
import Testing

@testable import API

@Suite struct StoredChunksTests {
    private let blob = BlobID(rawValue: String(repeating: "a", count: 64))!
    private let other = BlobID(rawValue: String(repeating: "b", count: 64))!

    private func filled(_ size: Int64, capacityBytes: Int = 4 << 20) -> (StoredChunks, [UInt8]) {
        let chunks = StoredChunks(capacityBytes: capacityBytes)
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
        for start in stride(from: 0, to: size, by: Int(StoredChunks.chunkBytes)) {
            let place = StoredChunks.chunk(at: start, size: size)
            chunks.keep(ByteBuffer(bytes: bytes[Int(place.lowerBound)..<Int(place.upperBound)]), at: start, of: blob)
        }
        return (chunks, bytes)
    }

    @Test func slicesAreTheBytesOfTheFile() {
        let (chunks, bytes) = filled(400_000)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        for _ in 0..<200 {
            let first = Int64.random(in: 0..<400_000, using: &random)
            let range = first..<Int64.random(in: (first + 1)...400_000, using: &random)
            let slices = chunks.bytes(range, of: blob)
            let joined = slices.map { $0.flatMap { Array($0.readableBytesView) } }
            #expect(joined == Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]), "seed \(seed), \(range)")
        }
    }

    @Test func isWholeOrNothing() {
        let (chunks, _) = filled(300_000)
        #expect(chunks.bytes(299_999..<300_001, of: blob) == nil)
        #expect(chunks.bytes(0..<10, of: other) == nil)
        let small = StoredChunks(capacityBytes: Int(StoredChunks.chunkBytes))
        small.keep(ByteBuffer(repeating: 1, count: Int(StoredChunks.chunkBytes)), at: 0, of: blob)
        small.keep(
            ByteBuffer(repeating: 2, count: Int(StoredChunks.chunkBytes)), at: StoredChunks.chunkBytes, of: blob)
        #expect(small.bytes(0..<10, of: blob) == nil)
        #expect(small.bytes(StoredChunks.chunkBytes..<StoredChunks.chunkBytes + 1, of: blob) != nil)
    }

    @Test func mayBeSwitchedOff() {
        #expect(!StoredChunks(capacityBytes: 0).isEnabled)
    }
}
