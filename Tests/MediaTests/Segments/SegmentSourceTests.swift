import NIOCore
import Synchronization
import Testing

@testable import Media

@Suite struct SegmentSourceTests {
    private static let track = BlobID(digest: Array(repeating: 7, count: 32))

    private static func key(_ index: Int64) -> SegmentKey {
        SegmentKey(
            source: track, rendition: Rendition(codec: .opus(kilobits: 128), channels: 2), behaviour: "b", index: index)
    }

    /// Makes that give one byte, hold until they are let go, and give another; and what was reported.
    private final class Stage: Sendable {
        private let state = Mutex((begun: [Int64](), gates: [Int64: CheckedContinuation<Void, Never>]()))
        private let arrivals = AsyncStream<Int64>.makeStream()
        let events = Mutex<[SegmentEvent]>([])

        var begun: [Int64] { state.withLock { $0.begun } }

        func make(_ index: Int64) -> SegmentSource.Make {
            { take in
                try take([UInt8(index)])
                await withCheckedContinuation { gate in
                    self.state.withLock {
                        $0.begun.append(index)
                        $0.gates[index] = gate
                    }
                    self.arrivals.continuation.yield(index)
                }
                try take([UInt8(index) + 100])
            }
        }

        /// Waits until so many more makes have begun.
        func begin(_ count: Int) async {
            var iterator = arrivals.stream.makeAsyncIterator()
            for _ in 0..<count { _ = await iterator.next() }
        }

        func letGo(_ index: Int64) {
            state.withLock { $0.gates.removeValue(forKey: index) }?.resume()
        }

        func source(workers: Int = 1, maximumWaiting: Int = 100) -> SegmentSource {
            SegmentSource(memoryBytes: 10_000, files: nil, workers: workers, maximumWaiting: maximumWaiting) { event in
                self.events.withLock { $0.append(event) }
            }
        }
    }

    /// The second byte of a segment, which comes when its make was let go.
    private static func last(
        _ index: Int64, _ source: SegmentSource, _ stage: Stage, account: Int = 1, isAdmitted: Bool = false
    ) async throws -> UInt8? {
        try await source.bytes(
            of: 1..<2, in: key(index), account: account, isAdmitted: isAdmitted, make: stage.make(index)
        ).readableBytesView.first
    }

    @Test func manyShareOneEncode() async throws {
        let stage = Stage()
        let source = stage.source(workers: 2)
        try await withThrowingTaskGroup(of: UInt8?.self) { group in
            for _ in 0..<64 { group.addTask { try await Self.last(5, source, stage) } }
            await stage.begin(1)
            stage.letGo(5)
            for try await value in group { #expect(value == 105) }
        }
        #expect(stage.begun == [5])
        #expect(try await Self.last(5, source, stage) == 105)
        let events = stage.events.withLock { $0 }
        #expect(events.count { if case .encoded = $0 { true } else { false } } == 1)
        #expect(events.last == .hit)
        #expect(source.cached(Self.key(5)) == ByteBuffer(bytes: [5, 105]))
        #expect(source.cached(Self.key(6)) == nil)
    }

    @Test func theFirstBytesAreThereBeforeTheLast() async throws {
        let stage = Stage()
        let source = stage.source()
        let first = try await source.bytes(
            of: 0..<2, in: Self.key(3), account: 1, isAdmitted: false, make: stage.make(3))
        #expect(first == ByteBuffer(bytes: [3]))
        await stage.begin(1)
        let last = Task { try await Self.last(3, source, stage) }
        stage.letGo(3)
        #expect(try await last.value == 103)
    }

    @Test func failuresReachAllWhoWaitAndAreNotKept() async throws {
        struct Broken: Error {}
        let source = Stage().source()
        await #expect(throws: Broken.self) {
            try await source.bytes(of: 0..<1, in: Self.key(1), account: 1, isAdmitted: false) { _ in throw Broken() }
        }
        let bytes = try await source.bytes(of: 0..<1, in: Self.key(1), account: 1, isAdmitted: false) { try $0([1]) }
        #expect(bytes == ByteBuffer(bytes: [1]))
    }

    @Test func whatNobodyWaitsForAnyMoreIsDropped() async throws {
        let stage = Stage()
        let source = stage.source()
        let running = Task { try await Self.last(1, source, stage) }
        await stage.begin(1)
        let waiting = Task { try await Self.last(2, source, stage) }
        while source.load.waiting == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        while source.load.waiting > 0 { await Task.yield() }
        // One that has begun is kept, though its only listener leaves.
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        stage.letGo(1)
        while source.load.memoryBytes == 0 { await Task.yield() }
        #expect(stage.begun == [1])
    }

    @Test func whatNobodyWaitsForMakesWayForOthers() async throws {
        let stage = Stage()
        let source = stage.source()
        let leaving = Task { try await Self.last(1, source, stage) }
        await stage.begin(1)
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        let next = Task { try await Self.last(2, source, stage, account: 2) }
        while source.load.waiting == 0 { await Task.yield() }
        let back = Task { try await Self.last(1, source, stage) }
        stage.letGo(1)
        await stage.begin(1)
        stage.letGo(2)
        #expect(try await next.value == 102)
        // Who came back meanwhile gets it after all.
        await stage.begin(1)
        stage.letGo(1)
        #expect(try await back.value == 101)
        #expect(stage.events.withLock { $0 }.contains(.abandoned))
        #expect(stage.begun == [1, 2, 1])
    }

    @Test func tooManyAreRefusedButWhoHasBegunWaits() async throws {
        let stage = Stage()
        let source = stage.source(workers: 1, maximumWaiting: 2)
        try await withThrowingTaskGroup(of: UInt8?.self) { group in
            group.addTask { try await Self.last(0, source, stage) }
            await stage.begin(1)
            for index in Int64(1)...2 {
                group.addTask { try await Self.last(index, source, stage, account: Int(index)) }
            }
            while source.load.waiting < 2 { await Task.yield() }
            await #expect(throws: SegmentSource.Busy.self) { try await Self.last(3, source, stage, account: 3) }
            group.addTask { try await Self.last(4, source, stage, isAdmitted: true) }
            while source.load.waiting < 3 { await Task.yield() }
            // Whoever asks for one that waits already takes up no more room.
            group.addTask { try await Self.last(2, source, stage) }
            stage.letGo(0)
            for _ in 0..<3 {
                await stage.begin(1)
                stage.letGo(stage.begun.last ?? -1)
            }
            var values: [UInt8] = []
            for try await value in group { values.append(value ?? 0) }
            #expect(values.sorted() == [100, 101, 102, 102, 104])
        }
        #expect(stage.events.withLock { $0 }.count { $0 == .refused } == 1)
    }

    @Test func readAheadComesAfterDemand() async throws {
        let stage = Stage()
        let source = stage.source()
        let first = Task { try await Self.last(0, source, stage) }
        await stage.begin(1)
        source.readAhead(Self.key(1), account: 1, make: stage.make(1))
        let second = Task { try await Self.last(9, source, stage) }
        while source.load.waiting < 2 { await Task.yield() }
        stage.letGo(0)
        await stage.begin(1)
        #expect(stage.begun == [0, 9])
        stage.letGo(9)
        await stage.begin(1)
        #expect(stage.begun == [0, 9, 1])
        stage.letGo(1)
        _ = try await (first.value, second.value)
        while source.load.memorySegments < 3 { await Task.yield() }
    }
}
