import Synchronization
import Testing

@testable import Media

@Suite struct SegmentSourceTests {
    private static let track = BlobID(digest: Array(repeating: 7, count: 32))

    private static func key(_ index: Int64) -> SegmentKey {
        SegmentKey(
            source: track, rendition: Rendition(codec: .opus(kilobits: 128), channels: 2), index: index)
    }

    /// Makes that hold until they are let go, and what was reported.
    private final class Stage: Sendable {
        private let state = Mutex((begun: [Int64](), gates: [Int64: CheckedContinuation<Void, Never>]()))
        private let arrivals = AsyncStream<Int64>.makeStream()
        let events = Mutex<[SegmentEvent]>([])

        var begun: [Int64] { state.withLock { $0.begun } }

        func make(_ index: Int64) -> SegmentSource<Int64>.Make {
            {
                await withCheckedContinuation { gate in
                    self.state.withLock {
                        $0.begun.append(index)
                        $0.gates[index] = gate
                    }
                    self.arrivals.continuation.yield(index)
                }
                return index
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

        func source(workers: Int = 1, maximumWaiting: Int = 100) -> SegmentSource<Int64> {
            SegmentSource(
                capacityBytes: 100, workers: workers, maximumWaiting: maximumWaiting, cost: { _ in 1 },
                report: { event in self.events.withLock { $0.append(event) } })
        }
    }

    @Test func manyShareOneEncode() async throws {
        let stage = Stage()
        let source = stage.source(workers: 2)
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    try await source.segment(Self.key(5), isAdmitted: false, make: stage.make(5))
                }
            }
            await stage.begin(1)
            stage.letGo(5)
            for try await value in group { #expect(value == 5) }
        }
        #expect(stage.begun == [5])
        #expect(try await source.segment(Self.key(5), isAdmitted: false, make: stage.make(5)) == 5)
        let events = stage.events.withLock { $0 }
        #expect(events.count { if case .encoded = $0 { true } else { false } } == 1)
        #expect(events.last == .hit)
    }

    @Test func failuresReachAllWhoWaitAndAreNotKept() async throws {
        struct Broken: Error {}
        let source = Stage().source()
        await #expect(throws: Broken.self) {
            try await source.segment(Self.key(1), isAdmitted: false) { throw Broken() }
        }
        #expect(try await source.segment(Self.key(1), isAdmitted: false) { 1 } == 1)
    }

    @Test func whatNobodyWaitsForAnyMoreIsDropped() async throws {
        let stage = Stage()
        let source = stage.source()
        let running = Task { try await source.segment(Self.key(1), isAdmitted: false, make: stage.make(1)) }
        await stage.begin(1)
        let waiting = Task { try await source.segment(Self.key(2), isAdmitted: false, make: stage.make(2)) }
        while source.load.waiting == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(source.load.waiting == 0)
        // One that has begun is kept, though its only listener leaves.
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        stage.letGo(1)
        while source.load.bytes == 0 { await Task.yield() }
        #expect(stage.begun == [1])
    }

    @Test func tooManyAreRefusedButWhoHasBegunWaits() async throws {
        let stage = Stage()
        let source = stage.source(workers: 1, maximumWaiting: 2)
        try await withThrowingTaskGroup(of: Int64.self) { group in
            group.addTask { try await source.segment(Self.key(0), isAdmitted: false, make: stage.make(0)) }
            await stage.begin(1)
            for index in Int64(1)...2 {
                group.addTask { try await source.segment(Self.key(index), isAdmitted: false, make: stage.make(index)) }
            }
            while source.load.waiting < 2 { await Task.yield() }
            await #expect(throws: SegmentSource<Int64>.Busy.self) {
                try await source.segment(Self.key(3), isAdmitted: false, make: stage.make(3))
            }
            group.addTask { try await source.segment(Self.key(4), isAdmitted: true, make: stage.make(4)) }
            while source.load.waiting < 3 { await Task.yield() }
            // Whoever asks for one that waits already takes up no more room.
            group.addTask { try await source.segment(Self.key(2), isAdmitted: false, make: stage.make(2)) }
            stage.letGo(0)
            for _ in 0..<3 {
                await stage.begin(1)
                stage.letGo(stage.begun.last ?? -1)
            }
            var values: [Int64] = []
            for try await value in group { values.append(value) }
            #expect(values.sorted() == [0, 1, 2, 2, 4])
        }
    }

    @Test func readAheadComesAfterDemand() async throws {
        let stage = Stage()
        let source = stage.source()
        let first = Task { try await source.segment(Self.key(0), isAdmitted: false, make: stage.make(0)) }
        await stage.begin(1)
        source.readAhead(Self.key(1), make: stage.make(1))
        let second = Task { try await source.segment(Self.key(9), isAdmitted: false, make: stage.make(9)) }
        while source.load.waiting < 2 { await Task.yield() }
        stage.letGo(0)
        await stage.begin(1)
        #expect(stage.begun == [0, 9])
        stage.letGo(9)
        await stage.begin(1)
        #expect(stage.begun == [0, 9, 1])
        stage.letGo(1)
        _ = try await (first.value, second.value)
        while source.load.bytes < 3 { await Task.yield() }
    }
}
