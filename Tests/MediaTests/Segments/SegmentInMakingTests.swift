import NIOCore
import Testing

@testable import Media

@Suite struct SegmentInMakingTests {
    /// Everything from an offset to an end, as it comes.
    private static func collect(_ segment: SegmentInMaking, _ range: Range<Int>) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < range.count {
            let piece = try await segment.bytes(of: range.lowerBound + bytes.count..<range.upperBound)
            #expect(piece.readableBytes > 0)
            bytes += piece.readableBytesView
        }
        return bytes
    }

    @Test func everyReaderGetsItsBytesWheneverItComes() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Dice(state: seed)
        let whole = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let segment = SegmentInMaking()
        let ranges = (0..<40).map { _ in
            let begin = Int.random(in: 0..<whole.count, using: &random)
            return begin..<Int.random(in: begin + 1...whole.count, using: &random)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for range in ranges {
                group.addTask {
                    let bytes = try await Self.collect(segment, range)
                    #expect(bytes == Array(whole[range]), "seed \(seed)")
                }
            }
            var place = 0
            while place < whole.count {
                let end = min(whole.count, place + Int.random(in: 0..<400, using: &random))
                segment.append(ByteBuffer(bytes: whole[place..<end]))
                place = end
                await Task.yield()
            }
            segment.finish(.success(()))
            try await group.waitForAll()
        }
        #expect(Array(segment.whole.readableBytesView) == whole)
    }

    @Test func failureAndShortageReachThoseWhoWait() async throws {
        struct Broken: Error {}
        let broken = SegmentInMaking()
        broken.append(ByteBuffer(bytes: [1, 2]))
        let waiting = Task { try await broken.bytes(of: 2..<3) }
        broken.finish(.failure(Broken()))
        await #expect(throws: Broken.self) { try await waiting.value }
        // What had come can still be had.
        #expect(try await broken.bytes(of: 0..<2) == ByteBuffer(bytes: [1, 2]))
        let short = SegmentInMaking()
        short.append(ByteBuffer(bytes: [1]))
        short.finish(.success(()))
        await #expect(throws: MediaError.self) { try await short.bytes(of: 1..<2) }
    }

    @Test func whoIsCancelledLeavesTheOthersAlone() async throws {
        let segment = SegmentInMaking()
        let leaving = Task { try await segment.bytes(of: 0..<1) }
        let staying = Task { try await segment.bytes(of: 0..<1) }
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        segment.append(ByteBuffer(bytes: [9]))
        #expect(try await staying.value == ByteBuffer(bytes: [9]))
    }
}
